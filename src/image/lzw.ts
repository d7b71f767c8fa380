import { corruptImage, truncatedImage } from './invalid-image.js';

const MAX_CODE_BITS = 12;

/**
 * `count` palette indices from GIF's variant of LZW: codes of growing length, lowest bit first, in sub-blocks of up to
 * 255 bytes (GIF89a specification, appendix F). The first byte at `at` is the number of bits of a pixel. What follows
 * the last pixel is not read.
 *
 * @throws HandspringError `invalid_image` if the data end before the last pixel or hold a code that cannot be.
 */
export function decodeLzw(bytes: Uint8Array, at: number, count: number): Uint8Array {
  const pixelBits = bytes[at];
  if (pixelBits === undefined) throw truncatedImage('GIF');
  if (pixelBits < 1 || pixelBits >= MAX_CODE_BITS) throw corruptImage('GIF');
  const codes = new CodeReader(bytes, at + 1);
  const clear = 1 << pixelBits;
  const pixels = new Uint8Array(count);
  // Every entry but the first ones is an earlier string and one pixel; the string itself stands in `pixels` already.
  const start = new Int32Array(1 << MAX_CODE_BITS);
  const length = new Int32Array(1 << MAX_CODE_BITS);
  let next = clear + 2;
  let codeBits = pixelBits + 1;
  let previous = -1;
  let written = 0;
  while (written < count) {
    const code = codes.read(codeBits);
    if (code === clear) {
      next = clear + 2;
      codeBits = pixelBits + 1;
      previous = -1;
      continue;
    }
    if (code === clear + 1) throw truncatedImage('GIF');
    if (code > next || (previous < 0 && code > clear)) throw corruptImage('GIF');
    const at = written;
    if (code < clear) {
      pixels[written++] = code;
    } else if (code < next) {
      written = repeat(pixels, start[code]!, length[code]!, written);
    } else {
      if (previous < 0) throw corruptImage('GIF');
      written = repeat(pixels, at - previous, previous, written);
      written = repeat(pixels, at, 1, written);
    }
    if (previous >= 0 && next < 1 << MAX_CODE_BITS) {
      start[next] = at - previous;
      length[next] = previous + 1;
      next++;
      if (next === 1 << codeBits && codeBits < MAX_CODE_BITS) codeBits++;
    }
    previous = written - at;
  }
  return pixels;
}

function repeat(pixels: Uint8Array, from: number, length: number, to: number): number {
  for (let i = 0; i < length; i++) pixels[to + i] = pixels[from + i]!;
  return to + length;
}

/** Reads codes across the sub-blocks. */
class CodeReader {
  private bits = 0;
  private bitCount = 0;
  private leftInBlock = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
  ) {}

  read(width: number): number {
    while (this.bitCount < width) {
      this.bits |= this.nextByte() << this.bitCount;
      this.bitCount += 8;
    }
    const code = this.bits & ((1 << width) - 1);
    this.bits >>>= width;
    this.bitCount -= width;
    return code;
  }

  private nextByte(): number {
    if (this.leftInBlock === 0) {
      this.leftInBlock = this.bytes[this.at++] ?? 0;
      if (this.leftInBlock === 0) throw truncatedImage('GIF');
    }
    this.leftInBlock--;
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw truncatedImage('GIF');
    return byte;
  }
}
