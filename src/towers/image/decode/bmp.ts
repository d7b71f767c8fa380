import { decodeBmpRle } from './bmp-rle.js';
import { corruptImage, truncatedImage, unsupportedImage } from './invalid-image.js';
import type { RgbImage } from '../rgb-image.js';
import { paletteToRgb } from '../rgb-image.js';

/** What a BMP says about its pixels. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bitsPerPixel: number;
  readonly compression: number;
  /** Bits of red, green and blue within a pixel; only read for 16 and 32 bits. */
  readonly masks: readonly [number, number, number];
  /** `[N, 3]`, empty over 8 bits. */
  readonly palette: Uint8Array;
  readonly dataOffset: number;
}

const FILE_HEADER_BYTES = 14;
const CORE_HEADER_BYTES = 12;
const RAW = 0;
const RLE8 = 1;
const RLE4 = 2;
const BITFIELDS = 3;

/**
 * Reads the headers and the palette of a Windows or OS/2 bitmap.
 *
 * @throws HandspringError `invalid_image` if they are cut short or name a layout that is not read.
 */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = viewOf(bytes);
  const headerBytes = view.getUint32(FILE_HEADER_BYTES, true);
  if (bytes.length < FILE_HEADER_BYTES + headerBytes) throw truncatedImage('BMP');
  const info = headerBytes === CORE_HEADER_BYTES ? readCoreHeader(view) : readInfoHeader(view);
  if (info.width === 0 || info.height === 0) throw corruptImage('BMP');
  requireReadable(info.bitsPerPixel, info.compression);
  const masksFollow = info.compression === BITFIELDS && headerBytes === 40;
  const paletteOffset = FILE_HEADER_BYTES + headerBytes + (masksFollow ? 12 : 0);
  const palette =
    info.bitsPerPixel <= 8
      ? readPalette(bytes, paletteOffset, info.paletteEntries, info.paletteStride)
      : new Uint8Array(0);
  return {
    ...info,
    masks: readMasks(view, info.bitsPerPixel, info.compression),
    palette,
    dataOffset: dataOffset(view, headerBytes, info, paletteOffset),
  };
}

/**
 * Where the pixels begin. Writers that leave the palette out of their sum, or write no sum at all, are read as they are
 * by Pillow (`BmpImagePlugin.py`).
 */
function dataOffset(view: DataView, headerBytes: number, info: Info, paletteOffset: number): number {
  const { bitsPerPixel, paletteEntries, paletteStride } = info;
  const stated = view.getUint32(10, true);
  const hasPalette = bitsPerPixel <= 8;
  if (stated === 0) return paletteOffset + (hasPalette ? paletteEntries * paletteStride : 0);
  return stated === FILE_HEADER_BYTES + headerBytes && hasPalette ? stated + 4 * paletteEntries : stated;
}

/**
 * Bytes a pixel that decoding holds beside the RGB ones: the places in the palette, twice where runs of them are turned
 * upside down.
 */
export function heldBytesOfBmp({ bitsPerPixel, compression }: BmpHeader): number {
  if (compression === RLE8 || compression === RLE4) return 2;
  return bitsPerPixel <= 8 ? 1 : 0;
}

/** The pixels as Pillow's `convert('RGB')` gives them; a fourth byte is dropped, not blended. */
export function decodeBmp(bytes: Uint8Array): RgbImage {
  const header = readBmpHeader(bytes);
  const { width, height, bitsPerPixel, compression } = header;
  if (compression === RLE8 || compression === RLE4) {
    const indices = decodeBmpRle(bytes, header.dataOffset, width, height, compression === RLE4);
    const rows = header.topDown ? indices : flipRows(indices, width, height);
    return { data: paletteToRgb(rows, header.palette), width, height };
  }
  const stride = Math.ceil((width * bitsPerPixel) / 32) * 4;
  const lastRowBytes = Math.ceil((width * bitsPerPixel) / 8);
  if (header.dataOffset + stride * (height - 1) + lastRowBytes > bytes.length) throw truncatedImage('BMP');
  const rowOffset = (y: number): number => header.dataOffset + stride * (header.topDown ? y : height - 1 - y);
  const data =
    bitsPerPixel <= 8
      ? paletteToRgb(readIndices(bytes, header, rowOffset), header.palette)
      : readTrueColour(bytes, header, rowOffset);
  return { data, width, height };
}

type Info = Omit<BmpHeader, 'masks' | 'palette' | 'dataOffset'> & {
  readonly paletteEntries: number;
  readonly paletteStride: number;
};

function readCoreHeader(view: DataView): Info {
  const bitsPerPixel = view.getUint16(24, true);
  return {
    width: view.getUint16(18, true),
    height: view.getUint16(20, true),
    topDown: false,
    bitsPerPixel,
    compression: RAW,
    paletteEntries: 1 << bitsPerPixel,
    paletteStride: 3,
  };
}

function readInfoHeader(view: DataView): Info {
  const height = view.getInt32(22, true);
  const bitsPerPixel = view.getUint16(28, true);
  return {
    width: view.getUint32(18, true),
    height: Math.abs(height),
    topDown: height < 0,
    bitsPerPixel,
    compression: view.getUint32(30, true),
    paletteEntries: view.getUint32(46, true) || 1 << bitsPerPixel,
    paletteStride: 4,
  };
}

function requireReadable(bitsPerPixel: number, compression: number): void {
  const readable =
    (compression === RAW && [1, 4, 8, 16, 24, 32].includes(bitsPerPixel)) ||
    (compression === BITFIELDS && [16, 24, 32].includes(bitsPerPixel)) ||
    (compression === RLE8 && bitsPerPixel === 8) ||
    (compression === RLE4 && bitsPerPixel === 4);
  if (readable) return;
  const received = `one of ${bitsPerPixel} bits a pixel with compression ${compression}`;
  throw unsupportedImage('a BMP image without compression or with RLE', received);
}

function readMasks(view: DataView, bitsPerPixel: number, compression: number): [number, number, number] {
  const usual: [number, number, number] =
    bitsPerPixel === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
  if (compression !== BITFIELDS) return usual;
  if (view.byteLength < 66) throw truncatedImage('BMP');
  const stated: [number, number, number] = [54, 58, 62].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
  ];
  return stated.every((mask) => mask === 0) ? usual : stated;
}

function readPalette(bytes: Uint8Array, at: number, entries: number, stride: number): Uint8Array {
  if (at + entries * stride > bytes.length) throw truncatedImage('BMP');
  const palette = new Uint8Array(Math.min(entries, 256) * 3);
  for (let i = 0; i < palette.length; i += 3, at += stride) {
    palette[i] = bytes[at + 2]!;
    palette[i + 1] = bytes[at + 1]!;
    palette[i + 2] = bytes[at]!;
  }
  return palette;
}

function readIndices(bytes: Uint8Array, header: BmpHeader, rowOffset: (y: number) => number): Uint8Array {
  const { width, height, bitsPerPixel } = header;
  const perByte = 8 / bitsPerPixel;
  const mask = (1 << bitsPerPixel) - 1;
  const indices = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const from = rowOffset(y);
    for (let x = 0; x < width; x++) {
      const shift = 8 - bitsPerPixel * ((x % perByte) + 1);
      indices[to++] = (bytes[from + Math.floor(x / perByte)]! >> shift) & mask;
    }
  }
  return indices;
}

function readTrueColour(bytes: Uint8Array, header: BmpHeader, rowOffset: (y: number) => number): Uint8Array {
  const { width, height, bitsPerPixel } = header;
  const pixelBytes = bitsPerPixel / 8;
  const channels = header.masks.map(channelOf);
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    let from = rowOffset(y);
    for (let x = 0; x < width; x++, from += pixelBytes) {
      let pixel = 0;
      for (let i = 0; i < pixelBytes; i++) pixel |= bytes[from + i]! << (8 * i);
      for (const { shift, max } of channels) rgb[to++] = Math.floor((((pixel >>> shift) & max) * 255) / max);
    }
  }
  return rgb;
}

/** A mask's place and its largest value; 5 and 6 bits are widened to 8 by `v * 255 / max`, rounded down, as in Pillow. */
function channelOf(mask: number): { shift: number; max: number } {
  const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
  const max = mask >>> shift;
  if (![0x1f, 0x3f, 0xff].includes(max)) {
    throw unsupportedImage(
      'a BMP image of 5, 6 or 8 bits a channel',
      `a channel mask of ${mask.toString(16)}`,
    );
  }
  return { shift, max };
}

function flipRows(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const flipped = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++) {
    flipped.set(pixels.subarray(y * width, (y + 1) * width), (height - 1 - y) * width);
  }
  return flipped;
}

function viewOf(bytes: Uint8Array): DataView {
  if (bytes.length < FILE_HEADER_BYTES + CORE_HEADER_BYTES) throw truncatedImage('BMP');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
