import { truncatedImage } from './invalid-image.js';

const END_OF_LINE = 0;
const END_OF_BITMAP = 1;
const DELTA = 2;

/**
 * Palette indices `[height, width]` of a run-length coded BMP, in the file's order of rows. As in Pillow, a run is cut at
 * the end of its row and skipped pixels have index 0.
 *
 * @throws HandspringError `invalid_image` if the data end before the last pixel; Pillow refuses that, too.
 */
export function decodeBmpRle(
  bytes: Uint8Array,
  at: number,
  width: number,
  height: number,
  halfBytes: boolean,
): Uint8Array {
  const indices = new Uint8Array(width * height);
  let written = 0;
  let x = 0;
  while (written < indices.length) {
    const count = bytes[at];
    const value = bytes[at + 1];
    if (count === undefined || value === undefined) throw truncatedImage('BMP');
    at += 2;
    if (count > 0) {
      const run = Math.max(0, Math.min(count, width - x));
      for (let i = 0; i < run; i++) indices[written++] = halfBytes ? nibble(value, i) : value;
      x += run;
    } else if (value === END_OF_LINE) {
      written = Math.ceil(written / width) * width;
      x = 0;
    } else if (value === END_OF_BITMAP) {
      break;
    } else if (value === DELTA) {
      const right = bytes[at];
      const up = bytes[at + 1];
      if (right === undefined || up === undefined) throw truncatedImage('BMP');
      at += 2;
      written = Math.min(indices.length, written + right + up * width);
      x = written % width;
    } else {
      const pixels = Math.min(indices.length - written, value);
      const stored = halfBytes ? Math.ceil(pixels / 2) : pixels;
      if (at + stored > bytes.length) throw truncatedImage('BMP');
      for (let i = 0; i < pixels; i++) {
        indices[written++] = halfBytes ? nibble(bytes[at + (i >> 1)]!, i) : bytes[at + i]!;
      }
      x += value;
      at += stored;
      // Literal pixels are padded to an even place in the file.
      at += at & 1;
    }
  }
  if (written < indices.length) throw truncatedImage('BMP');
  return indices;
}

/** The left half of a byte for even places, the right half for odd ones. */
function nibble(byte: number, i: number): number {
  return (i & 1) === 0 ? byte >> 4 : byte & 15;
}
