import { corruptImage, truncatedImage } from '../invalid-image.js';

/** The formats that are kept in these boxes, by the names used in messages. */
export type HeifFormat = 'AVIF' | 'HEIC';

/** A format's name as it stands in a sentence. */
export function withArticle(format: HeifFormat): string {
  return format === 'AVIF' ? 'an AVIF' : 'a HEIC';
}

/** A box of an ISO base media file (ISO/IEC 14496-12, section 4.2): its kind, and where it and its content lie. */
export interface Box {
  readonly kind: string;
  readonly start: number;
  readonly contentStart: number;
  /** May be beyond the end of a file that was cut. */
  readonly end: number;
}

/** A stretch of a file that is read as one of the formats. */
export interface Stretch {
  readonly bytes: Uint8Array;
  readonly format: HeifFormat;
}

/** No real file has more boxes side by side; libheif's own limit is 100. */
const MOST_BOXES = 1000;
const SMALL_HEADER_BYTES = 8;
const LARGE_HEADER_BYTES = 16;
/** Sizes that are none: "up to the end", and "in the 64 bits behind the kind". */
const SIZE_TO_END = 0;
const SIZE_IN_64_BITS = 1;

/**
 * The boxes that lie side by side between two places in another box, or in the file, whose last one may be cut.
 * @throws HandspringError `invalid_image` where they do not fit into each other.
 */
export function readBoxes({ bytes, format }: Stretch, from = 0, to?: number): Box[] {
  const end = to ?? bytes.length;
  const broken = (): Error => (to === undefined ? truncatedImage(format) : corruptImage(format));
  if (end > bytes.length) throw truncatedImage(format);
  const boxes: Box[] = [];
  for (let start = from; start < end; start = boxes.at(-1)!.end) {
    if (boxes.length === MOST_BOXES) throw corruptImage(format);
    const box = readBox(bytes, start, end);
    if (!box) throw broken();
    if (box.end < box.contentStart || (to !== undefined && box.end > to)) throw corruptImage(format);
    boxes.push(box);
  }
  return boxes;
}

/** Whether the last box of a file reaches beyond it. */
export function heifEndsEarly(file: Stretch): boolean {
  return readBoxes(file).at(-1)!.end > file.bytes.length;
}

function readBox(bytes: Uint8Array, start: number, to: number): Box | undefined {
  if (start + SMALL_HEADER_BYTES > to) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = String.fromCharCode(...bytes.subarray(start + 4, start + 8));
  const size = view.getUint32(start);
  if (size === SIZE_IN_64_BITS) {
    if (start + LARGE_HEADER_BYTES > to) return undefined;
    const end = start + Number(view.getBigUint64(start + SMALL_HEADER_BYTES));
    return { kind, start, contentStart: start + LARGE_HEADER_BYTES, end };
  }
  const end = size === SIZE_TO_END ? to : start + size;
  return { kind, start, contentStart: start + SMALL_HEADER_BYTES, end };
}

/** Reads the numbers in a box one after the other, and never beyond it. */
export class BoxReader {
  readonly #view: DataView;
  readonly #format: HeifFormat;
  readonly #end: number;
  #at: number;

  constructor({ bytes, format }: Stretch, { contentStart, end }: Pick<Box, 'contentStart' | 'end'>) {
    if (end > bytes.length) throw truncatedImage(format);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#format = format;
    this.#end = end;
    this.#at = contentStart;
  }

  get at(): number {
    return this.#at;
  }

  /** The number in so many bytes, the highest first; 0 for none. */
  uint(bytes: number): number {
    const from = this.#at;
    this.skip(bytes);
    let value = 0;
    for (let at = from; at < this.#at; at++) value = value * 256 + this.#view.getUint8(at);
    return value;
  }

  /** The four letters of a kind. */
  kind(): string {
    return String.fromCharCode(this.uint(1), this.uint(1), this.uint(1), this.uint(1));
  }

  /** The version and the flags at the beginning of a "full" box. */
  version(): { readonly version: number; readonly flags: number } {
    return { version: this.uint(1), flags: this.uint(3) };
  }

  skip(bytes: number): void {
    this.#at += bytes;
    if (this.#at > this.#end) throw corruptImage(this.#format);
  }
}
