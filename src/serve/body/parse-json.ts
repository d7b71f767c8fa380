import { randomBytes } from 'node:crypto';
import { decodePlainBase64 } from './decoded-base64.js';
import type { DecodedBase64 } from './decoded-base64.js';
import type { StringPlace } from './json-structure.js';

/** Stands for a file that was taken out; nobody who writes a body can know it. */
const MARK = randomBytes(16).toString('hex');

/**
 * The value of JSON in UTF-8, as `JSON.parse` gives it, but with files in base64 decoded. They are nearly all of a large body, and
 * made into strings they would be looked at and copied five times: a photo of 12 megapixels (3.5 MB) takes a quarter of the time
 * of the main thread when its string never comes to be.
 * @param long Its long strings, in order: see `boundJsonStructure`.
 * @param filesAt Where files may be: `image` for a value of the object that the body is, `images[]` for those of a list there.
 * @throws SyntaxError
 */
export function parseJson(json: Buffer, long: readonly StringPlace[], filesAt: readonly string[]): unknown {
  const files = filesAt.length === 0 ? [] : decodeFiles(json, long);
  const value = files.length === 0 ? undefined : parseWithFiles(json, files, filesAt);
  return value ?? JSON.parse(new TextDecoder().decode(json)); // which drops a byte order mark
}

interface File extends StringPlace {
  readonly decoded: DecodedBase64;
}

function decodeFiles(json: Buffer, long: readonly StringPlace[]): File[] {
  return long.flatMap(({ start, end }) => {
    const decoded = decodePlainBase64(json.subarray(start, end));
    return decoded ? [{ start, end, decoded }] : [];
  });
}

/** `undefined` if one of them is elsewhere: a long text may look like base64, too. */
function parseWithFiles(json: Buffer, files: readonly File[], filesAt: readonly string[]): unknown {
  const marked = new Map<unknown, DecodedBase64>();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest = '';
  let from = 0;
  for (const { start, end, decoded } of files) {
    const mark = `${MARK}${marked.size}`;
    marked.set(mark, decoded);
    rest += decoder.decode(json.subarray(from, start)) + mark;
    from = end;
  }
  rest += decoder.decode(json.subarray(from));
  const body: unknown = JSON.parse(rest.replace(/^\uFEFF/, ''));
  if (typeof body !== 'object' || body === null) return undefined;
  const placed = filesAt.reduce((sum, at) => sum + place(body as Record<string, unknown>, at, marked), 0);
  return placed === marked.size ? body : undefined;
}

/** Puts files where their marks are, and counts them. */
function place(
  body: Record<string, unknown>,
  at: string,
  marked: ReadonlyMap<unknown, DecodedBase64>,
): number {
  const key = at.replace(/\[\]$/, '');
  const value = Object.hasOwn(body, key) ? body[key] : undefined;
  if (key === at) return placeIn(body, key, marked);
  if (!Array.isArray(value)) return 0;
  const list = value as unknown as Record<number, unknown>;
  return value.reduce<number>((sum, _, i) => sum + placeIn(list, i, marked), 0);
}

function placeIn(
  holder: Record<string | number, unknown>,
  key: string | number,
  marked: ReadonlyMap<unknown, DecodedBase64>,
): number {
  const file = marked.get(holder[key]);
  if (!file) return 0;
  holder[key] = file;
  return 1;
}
