import { corruptImage, truncatedImage } from './invalid-image.js';

const MAX_CODE_BITS = 12;
const MAX_CODES = 1 << MAX_CODE_BITS;

/**
 * `count` palette indices from GIF's variant of LZW: codes of growing length, lowest bit first, in sub-blocks of up to
 * 255 bytes (GIF89a specification, appendix F). The byte at `at` is the number of bits of a pixel. What follows the last
 * pixel is not read. As in Pillow (`src/libImaging/GifDecode.c`), a pixel may be of up to 12 bits, of which the lowest 8
 * count.
 *
 * @throws HandspringError `invalid_image` if the data end before the last pixel or hold a code that cannot be.
 */
export function decodeLzw(bytes: Uint8Array, at: number, count: number): Uint8Array {
  const pixelBits = bytes[at];
  if (pixelBits === undefined) throw truncatedImage('GIF');
  if (pixelBits > MAX_CODE_BITS) throw corruptImage('GIF');
  const codes = new CodeReader(bytes, at + 1);
  const strings = new StringTable(pixelBits, new Uint8Array(count));
  const clear = 1 << pixelBits;
  while (strings.written < count) {
    const code = codes.read(strings.codeBits);
    if (code === clear) strings.reset();
    else if (code === clear + 1) throw truncatedImage('GIF');
    else strings.append(code);
  }
  return strings.pixels;
}

/** The strings that codes stand for. Each has been written to `pixels` once already, so a place and a length are enough. */
class StringTable {
  codeBits = 0;
  written = 0;
  #next = 0;
  /** Pixels of the code before this one; 0 after a reset. */
  #previousLength = 0;
  readonly #starts = new Int32Array(MAX_CODES);
  readonly #lengths = new Int32Array(MAX_CODES);
  readonly #pixelBits: number;

  constructor(
    pixelBits: number,
    readonly pixels: Uint8Array,
  ) {
    this.#pixelBits = pixelBits;
    this.reset();
  }

  reset(): void {
    this.codeBits = this.#pixelBits + 1;
    this.#next = (1 << this.#pixelBits) + 2;
    this.#previousLength = 0;
  }

  append(code: number): void {
    const start = this.written;
    const previousStart = start - this.#previousLength;
    const isPixel = code < 1 << this.#pixelBits;
    const isNew = code === this.#next;
    if (!isPixel && (this.#previousLength === 0 || code > this.#next)) throw corruptImage('GIF');
    // A new string is the one before and the pixel after it, which is the first of this one: its place is known before
    // this one is written, even where this one is the new string itself.
    if (this.#previousLength > 0 && this.#next < MAX_CODES) {
      this.#starts[this.#next] = previousStart;
      this.#lengths[this.#next] = this.#previousLength + 1;
      this.#next++;
      if (this.#next === 1 << this.codeBits && this.codeBits < MAX_CODE_BITS) this.codeBits++;
    }
    if (isPixel) this.pixels[this.written++] = code;
    else if (isNew) this.#copy(previousStart, this.#previousLength + 1);
    else this.#copy(this.#starts[code]!, this.#lengths[code]!);
    this.#previousLength = this.written - start;
  }

  /** Forwards and one by one, as the two stretches may overlap by a pixel. */
  #copy(from: number, length: number): void {
    for (const end = from + length; from < end; from++) this.pixels[this.written++] = this.pixels[from]!;
  }
}

/** Reads codes across the sub-blocks. */
class CodeReader {
  #bits = 0;
  #bitCount = 0;
  #blockEnd: number;
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#blockEnd = at;
  }

  read(width: number): number {
    while (this.#bitCount < width) {
      this.#bits |= this.#nextByte() << this.#bitCount;
      this.#bitCount += 8;
    }
    const code = this.#bits & ((1 << width) - 1);
    this.#bits >>>= width;
    this.#bitCount -= width;
    return code;
  }

  #nextByte(): number {
    if (this.#at === this.#blockEnd) {
      const length = this.#bytes[this.#at++] ?? 0;
      this.#blockEnd = this.#at + length;
      if (length === 0 || this.#blockEnd > this.#bytes.length) throw truncatedImage('GIF');
    }
    return this.#bytes[this.#at++]!;
  }
}
