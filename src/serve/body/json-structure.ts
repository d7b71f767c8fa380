import { HandspringError } from '../../core/errors.js';

/** More than any contract's request needs: lists in an object in an object are three. */
const MAX_DEPTH = 32;
/** How much JSON may become, and how its refusal is worded. */
export interface JsonBounds {
  /** Most keys, values and lists, all counted. */
  readonly maxValues: number;
  /** The option that they follow from. */
  readonly option: 'MAX_ITEMS' | 'MAX_TEXTS';
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Where a string's characters lie in the bytes of JSON, its quotes left out. */
export interface StringPlace {
  readonly start: number;
  readonly end: number;
}

/** From here on a string is worth the work of taking it out before the rest is parsed. */
export const LONG_STRING_BYTES = 32_768;

/**
 * Refuses JSON that would become far more memory than its bytes, before it is parsed: two bytes (`{}`) become an object of
 * dozens, so a limit on bytes is none on what they make. Whether it is JSON at all is the parser's to say.
 * @returns Its strings of `LONG_STRING_BYTES` and more.
 * @throws HandspringError `payload_too_large` for too many values, `invalid_request` for too many levels.
 */
export function boundJsonStructure(json: Buffer, bounds: JsonBounds): StringPlace[] {
  const { maxValues } = bounds;
  const long: StringPlace[] = [];
  let values = 0;
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case QUOTE: {
        const start = at + 1;
        at = endOfString(json, start);
        if (at - start >= LONG_STRING_BYTES) long.push({ start, end: at });
        break;
      }
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (++depth > MAX_DEPTH) throw tooDeep();
        if (++values > maxValues) throw tooMany(bounds);
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
      case COMMA:
      case COLON:
        if (++values > maxValues) throw tooMany(bounds);
        break;
      default:
    }
  }
  return long;
}

/** How far from an escape sequence the next one is looked for byte by byte: a native search costs as much as so many. */
const NEAR = 64;

/**
 * Where a string ends: at its closing quote. Most of a body is base64 without an escape, which the native search skips at
 * once; text of nothing but `\"` would cost one such search for each two bytes, so it is stepped through.
 */
function endOfString(json: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const quote = json.indexOf(QUOTE, at);
    if (quote < 0) return json.length;
    let before = quote;
    while (json[before - 1] === BACKSLASH) before--;
    if ((quote - before) % 2 === 0) return quote;
    at = quote + 1;
    for (let near = at + NEAR; at < near && at < json.length; at++) {
      if (json[at] === QUOTE) return at;
      if (json[at] !== BACKSLASH) continue;
      at++;
      near = at + NEAR;
    }
  }
}

function tooMany({ maxValues, option }: JsonBounds): HandspringError {
  return new HandspringError(
    'payload_too_large',
    `body: expected at most ${maxValues} values in its JSON, which ${option} sets, received more`,
    { limit: option },
  );
}

function tooDeep(): HandspringError {
  return new HandspringError(
    'invalid_request',
    `body: expected JSON of at most ${MAX_DEPTH} levels, received more`,
  );
}
