import { setImmediate as othersTurn } from 'node:timers/promises';
import { LONGEST_NUMBER, writeShortest } from './write-decimal.js';

/** A vector that is written as base64 of its float32 numbers, little-endian, in place of a list of numbers. */
export class Base64Vector {
  constructor(readonly vector: Float32Array) {}
}

/** So many bytes are written before others get their turn: some 6,000 numbers, a third of a millisecond. */
const PIECE_BYTES = 2 ** 16;

/** Written over by every answer: a buffer for each small one would keep the garbage collector busy. */
const SMALL = Buffer.allocUnsafeSlow(PIECE_BYTES);

/**
 * An answer as JSON, all of it ASCII: a small one at once, a large one in pieces, between which others get their turn. Of the
 * large ones one is written at a time: side by side none would be there sooner, and all of them would fill the memory.
 * @param answer As for `JSON.stringify`, where a `Float32Array` of finite numbers is a list of the shortest decimals, see
 * `writeShortest`, and a `Base64Vector` is a string. No vector is copied.
 * @param signal Aborted when nobody waits for it any more.
 * @throws The signal's reason.
 */
export function toJson(answer: object, signal?: AbortSignal): string | Promise<Buffer[]> {
  const pieces = new JsonWriter().write(answer);
  const first = pieces.next();
  if (first.done === true) return first.value.toString('latin1');
  const json = lastLarge
    ? lastLarge.then(() => collect([], new JsonWriter().write(answer), signal)) // what waits holds no piece
    : collect([Buffer.from(first.value)], pieces, signal);
  const end = json.then(noValue, noValue).then(() => {
    if (lastLarge === end) lastLarge = undefined;
  });
  lastLarge = end;
  return json;
}

/** Until the end of all large answers so far. */
let lastLarge: Promise<void> | undefined;

const noValue = () => undefined;

async function collect(
  pieces: Buffer[],
  rest: Generator<Buffer, Buffer>,
  signal: AbortSignal | undefined,
): Promise<Buffer[]> {
  for (;;) {
    await othersTurn();
    signal?.throwIfAborted();
    const { value, done } = rest.next();
    pieces.push(pieces.length === 0 ? Buffer.from(value) : value);
    if (done === true) return pieces;
  }
}

class JsonWriter {
  #json = SMALL;
  #at = 0;

  /** Yields each piece that is full, the first of which is not the caller's to keep, and returns the last. */
  *write(value: unknown): Generator<Buffer, Buffer> {
    yield* this.#value(value);
    return this.#json.subarray(0, this.#at);
  }

  *#value(value: unknown): Generator<Buffer, void> {
    if (value instanceof Float32Array) yield* this.#numbers(value);
    else if (value instanceof Base64Vector) yield* this.#ascii(`"${toBase64(value.vector)}"`);
    else if (Array.isArray(value)) yield* this.#list(value);
    else if (typeof value === 'object' && value !== null) yield* this.#object(value);
    else yield* this.#ascii(toAscii(JSON.stringify(value) ?? 'null'));
  }

  *#object(object: object): Generator<Buffer, void> {
    let before = '{';
    for (const [key, value] of Object.entries(object) as [string, unknown][]) {
      if (value === undefined) continue;
      yield* this.#ascii(`${before}${toAscii(JSON.stringify(key))}:`);
      yield* this.#value(value);
      before = ',';
    }
    yield* this.#ascii(before === '{' ? '{}' : '}');
  }

  *#list(list: readonly unknown[]): Generator<Buffer, void> {
    yield* this.#ascii('[');
    for (const [index, value] of list.entries()) {
      if (index > 0) yield* this.#ascii(',');
      yield* this.#value(value);
    }
    yield* this.#ascii(']');
  }

  *#numbers(vector: Float32Array): Generator<Buffer, void> {
    yield* this.#ascii('[');
    for (let i = 0; i < vector.length; i++) {
      if (this.#at + LONGEST_NUMBER > PIECE_BYTES) yield this.#nextPiece();
      if (i > 0) this.#json[this.#at++] = COMMA;
      this.#at = writeShortest(this.#json, this.#at, vector[i]!);
    }
    yield* this.#ascii(']');
  }

  *#ascii(text: string): Generator<Buffer, void> {
    for (let from = 0; from < text.length;) {
      if (this.#at === PIECE_BYTES) yield this.#nextPiece();
      const written = this.#json.write(text.slice(from), this.#at, 'latin1');
      from += written;
      this.#at += written;
    }
  }

  /** What is full; from now on it is written into a new one. */
  #nextPiece(): Buffer {
    const full = this.#json.subarray(0, this.#at);
    this.#json = Buffer.allocUnsafeSlow(PIECE_BYTES);
    this.#at = 0;
    return full;
  }
}

const COMMA = ','.charCodeAt(0);

function toBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** JSON without what is no ASCII, which stands in strings only. */
function toAscii(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
