import type { RgbImage } from '../image/rgb-image.js';

const HEADER = /^P6\s(\d+)\s(\d+)\s255\s/;
const HEADER_BYTES = 64;

/**
 * Pictures one after the other in the binary form of PPM (`P6`, width, height, `255`, then the bytes of red, green and blue), as
 * they come.
 * @throws Error where something else comes; half a picture at the end is left out.
 */
export async function* readPpm(pieces: AsyncIterable<Buffer>): AsyncGenerator<RgbImage, void, void> {
  let held: Buffer[] = [];
  let size = 0;
  let needed = HEADER_BYTES;
  for await (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size < needed) continue;
    const { pictures, rest, next } = split(Buffer.concat(held), HEADER_BYTES);
    yield* pictures;
    [held, size, needed] = [[rest], rest.length, next];
  }
  yield* split(Buffer.concat(held), 1).pictures; // the last ones may be smaller than a header can be
}

/** The whole pictures at the start of the bytes, what is left, and how many bytes it takes to go on. */
function split(bytes: Buffer, least: number): { pictures: RgbImage[]; rest: Buffer; next: number } {
  const pictures: RgbImage[] = [];
  let at = 0;
  while (bytes.length - at >= least) {
    const [header, width, height] = HEADER.exec(bytes.toString('latin1', at, at + HEADER_BYTES)) ?? [];
    if (header === undefined) throw new Error('expected a picture in PPM, received something else');
    const start = at + header.length;
    const end = start + Number(width) * Number(height) * 3;
    if (bytes.length < end) return { pictures, rest: bytes.subarray(at), next: end - at };
    // Each in a buffer of its own, which may be given to a thread.
    pictures.push({
      data: new Uint8Array(bytes.subarray(start, end)),
      width: Number(width),
      height: Number(height),
    });
    at = end;
  }
  return { pictures, rest: bytes.subarray(at), next: HEADER_BYTES };
}
