import { corruptImage, truncatedImage } from '../invalid-image.js';

/** The tags that are read (TIFF 6.0, section 8; 338 and 339 in section 19). */
export const TAG = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  orientation: 274,
  samplesPerPixel: 277,
  planarConfiguration: 284,
  tileWidth: 322,
  sampleFormat: 339,
  xmp: 700,
} as const;

/** The first directory of a TIFF, which describes its first page. */
export interface TiffDirectory {
  /** The beginning of a tag's values, empty if it is not there. */
  readonly values: (tag: number) => readonly number[];
  /** All bytes of a tag whose values are single bytes; absent where it is not there. */
  readonly bytesOf: (tag: number) => Buffer | undefined;
  /** Writes the first of a tag's values into a copy of the file; nothing where the tag is not there. */
  readonly write: (copy: Uint8Array, tag: number, value: number) => void;
  /** Where the place of the next directory is written; what is written there is 0 at the last. */
  readonly linkOffset: number;
  readonly linkBytes: 4 | 8;
  readonly isLast: boolean;
}

const BIG_TIFF = 43;
/** Bytes of the types that whole numbers are written in: BYTE, SHORT, LONG, LONG8; and of UNDEFINED, which packets are of. */
const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 7: 1, 16: 8 };
/** More values of a tag than any decision here needs; some have one for each strip. */
const MOST_VALUES = 16;

/**
 * Reads the first directory of a TIFF or BigTIFF.
 * @throws HandspringError `invalid_image` where the file ends before its end.
 */
export function readTiffDirectory(bytes: Uint8Array): TiffDirectory {
  if (bytes.length < 16) throw truncatedImage('TIFF');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = bytes[0] === 0x49;
  const isBig = view.getUint16(2, littleEndian) === BIG_TIFF;
  const wordBytes = isBig ? 8 : 4;
  const uint = (at: number, size: number): number => {
    if (at + size > bytes.length) throw truncatedImage('TIFF');
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at, littleEndian);
    return size === 4 ? view.getUint32(at, littleEndian) : Number(view.getBigUint64(at, littleEndian));
  };
  const start = uint(isBig ? 8 : 4, wordBytes);
  const countBytes = isBig ? 8 : 2;
  const count = uint(start, countBytes);
  if (count === 0 || count > 0xffff) throw corruptImage('TIFF');
  const entryBytes = 4 + 2 * wordBytes;
  const linkOffset = start + countBytes + count * entryBytes;
  const find = (tag: number): { from: number; size: number; length: number } | undefined => {
    for (let i = 0, at = start + countBytes; i < count; i++, at += entryBytes) {
      if (uint(at, 2) !== tag) continue;
      const size = TYPE_BYTES[uint(at + 2, 2)];
      if (size === undefined) return undefined;
      const length = uint(at + 4, wordBytes);
      const field = at + 4 + wordBytes;
      return { from: length * size <= wordBytes ? field : uint(field, wordBytes), size, length };
    }
    return undefined;
  };
  const values = (tag: number): number[] => {
    const { from, size, length } = find(tag) ?? { from: 0, size: 0, length: 0 };
    return Array.from({ length: Math.min(length, MOST_VALUES) }, (_, value) =>
      uint(from + value * size, size),
    );
  };
  const bytesOf = (tag: number): Buffer | undefined => {
    const found = find(tag);
    if (found?.size !== 1) return undefined;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(
      found.from,
      found.from + found.length,
    );
  };
  const write = (copy: Uint8Array, tag: number, value: number): void => {
    const { from, size } = find(tag) ?? { from: 0, size: 0 };
    for (let i = 0; i < size; i++) copy[from + i] = (littleEndian ? i : size - 1 - i) === 0 ? value : 0;
  };
  // As for libtiff, a file that ends before the link has one page.
  const isLast = linkOffset + wordBytes > bytes.length || uint(linkOffset, wordBytes) === 0;
  return { values, bytesOf, write, linkOffset, linkBytes: wordBytes, isLast };
}
