import { corruptImage, truncatedImage } from './invalid-image.js';
import { decodeLzw } from './lzw.js';
import type { RgbImage } from '../rgb-image.js';
import { paletteToRgb } from '../rgb-image.js';

/** Where the first frame of a GIF lies and how it is coded. */
export interface GifHeader {
  /** Of the canvas, which grows when the first frame reaches beyond it, as in Pillow. */
  readonly width: number;
  readonly height: number;
  readonly frame: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly interlaced: boolean;
  /** `[N, 3]`, the frame's own or else the file's; empty if neither has one. */
  readonly palette: Uint8Array;
  readonly transparentIndex: number | undefined;
  readonly dataOffset: number;
}

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL = 0xf9;

/**
 * Reads up to the pixels of the first frame (GIF89a specification, sections 18 to 23).
 *
 * @throws HandspringError `invalid_image` if the file ends before them or has none.
 */
export function readGifHeader(bytes: Uint8Array): GifHeader {
  const screenFlags = byteAt(bytes, 10);
  const globalPalette = readPalette(bytes, 13, screenFlags);
  let at = 13 + globalPalette.length;
  let transparentIndex: number | undefined;
  for (;;) {
    const block = byteAt(bytes, at++);
    if (block === IMAGE) return readFrameHeader(bytes, at, globalPalette, transparentIndex);
    if (block === TRAILER) throw corruptImage('GIF');
    // Some writers leave zeros between blocks; Pillow and browsers pass over any byte there.
    if (block !== EXTENSION) continue;
    if (byteAt(bytes, at) === GRAPHIC_CONTROL && (byteAt(bytes, at + 2) & 1) !== 0) {
      transparentIndex = byteAt(bytes, at + 5);
    }
    at = skipSubBlocks(bytes, at + 1);
  }
}

/** The first frame on its canvas, with the colours of transparent pixels kept, as Pillow's `convert('RGB')` gives them. */
export function decodeGif(bytes: Uint8Array): RgbImage {
  const header = readGifHeader(bytes);
  const { width, height, frame } = header;
  const frameIndices = decodeLzw(bytes, header.dataOffset, frame.width * frame.height);
  // Pillow fills what the frame leaves free with the transparent colour, or else the first one.
  const indices = new Uint8Array(width * height).fill(header.transparentIndex ?? 0);
  for (const [source, row] of rowOrder(frame.height, header.interlaced).entries()) {
    const line = frameIndices.subarray(source * frame.width, (source + 1) * frame.width);
    indices.set(line, (frame.top + row) * width + frame.left);
  }
  return { data: paletteToRgb(indices, header.palette), width, height };
}

function readFrameHeader(
  bytes: Uint8Array,
  at: number,
  globalPalette: Uint8Array,
  transparentIndex: number | undefined,
): GifHeader {
  const left = uint16(bytes, at);
  const top = uint16(bytes, at + 2);
  const frame = { left, top, width: uint16(bytes, at + 4), height: uint16(bytes, at + 6) };
  if (frame.width === 0 || frame.height === 0) throw corruptImage('GIF');
  const flags = byteAt(bytes, at + 8);
  const localPalette = readPalette(bytes, at + 9, flags);
  return {
    width: Math.max(uint16(bytes, 6), left + frame.width),
    height: Math.max(uint16(bytes, 8), top + frame.height),
    frame,
    interlaced: (flags & 0x40) !== 0,
    palette: localPalette.length > 0 ? localPalette : globalPalette,
    transparentIndex,
    dataOffset: at + 9 + localPalette.length,
  };
}

function readPalette(bytes: Uint8Array, at: number, flags: number): Uint8Array {
  if ((flags & 0x80) === 0) return new Uint8Array(0);
  const length = 3 << ((flags & 7) + 1);
  if (at + length > bytes.length) throw truncatedImage('GIF');
  return bytes.subarray(at, at + length);
}

function skipSubBlocks(bytes: Uint8Array, at: number): number {
  for (;;) {
    const length = byteAt(bytes, at++);
    if (length === 0) return at;
    at += length;
  }
}

/** The row on which each stored line belongs. */
function rowOrder(height: number, interlaced: boolean): number[] {
  const passes = interlaced
    ? [
        [0, 8],
        [4, 8],
        [2, 4],
        [1, 2],
      ]
    : [[0, 1]];
  const rows: number[] = [];
  for (const [start = 0, step = 1] of passes) {
    for (let row = start; row < height; row += step) rows.push(row);
  }
  return rows;
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw truncatedImage('GIF');
  return byte;
}

function uint16(bytes: Uint8Array, at: number): number {
  return byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8);
}
