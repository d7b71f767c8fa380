/** A stretch of a file's bytes, both ends in it. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The one stretch that a `Range` header asks for, cut to the file's end, as players do to move within a sound (RFC 9110,
 * 14.2). Undefined for what is to be answered with the whole file: no header, another unit, several stretches. `outside` where
 * the file has none of it.
 */
export function parseRange(header: string | undefined, bytes: number): ByteRange | 'outside' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const from = first === '' ? Math.max(0, bytes - Number(last)) : Number(first);
  const to = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  return from < bytes && from <= to ? { from, to } : 'outside';
}

/** The bytes of a stretch, out of a stream of all of them. */
export async function* sliceOf(
  body: AsyncIterable<Uint8Array>,
  { from, to }: ByteRange,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of body) {
    const piece = chunk.subarray(Math.max(0, from - at), Math.max(0, to + 1 - at));
    at += chunk.length;
    if (piece.length > 0) yield piece;
    if (at > to) return;
  }
}
