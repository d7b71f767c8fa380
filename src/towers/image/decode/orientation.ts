import { inflateSync } from 'node:zlib';
import type { ImageFormat } from './format.js';
import { readHeifContents } from './heif/items.js';
import { jpegSegments } from './jpeg-segments.js';
import { readPngChunks } from './png/chunks.js';
import { readTiffDirectory, TAG } from './tiff/directory.js';

/** As EXIF numbers them: 1 is upright, from 5 on width and height change places. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** What an image says of itself beside its pixels. */
export interface Packets {
  /** With or without `Exif\0\0` before the TIFF that it is. */
  readonly exif?: Buffer | undefined;
  readonly xmp?: Buffer | undefined;
}

const UPRIGHT = 1;
const EXIF_PREFIX = /^(?:Exif\0\0){1,2}/;
/** Pillow's own pattern (`Image.getexif`). */
const XMP_ORIENTATION = /tiff:Orientation(?:="|>)([0-9])/;

/**
 * The orientation that Pillow's `ImageOps.exif_transpose` obeys: of the EXIF data, and where these tell of none, of the XMP packet, wherever
 * they stand in the file. An orientation that is none is upright. For HEIC nothing is read, as pillow-heif does not.
 */
export function readOrientation(format: ImageFormat, bytes: Uint8Array): Orientation {
  try {
    const { exif, xmp } = readPackets(format, bytes);
    const tiff = format === 'TIFF' ? bytes : exif?.subarray(prefixLength(exif));
    const [written] = tiff ? readTiffDirectory(tiff).values(TAG.orientation) : [];
    return toOrientation(written ?? Number(XMP_ORIENTATION.exec(xmp?.toString('latin1') ?? '')?.[1]));
  } catch {
    return UPRIGHT; // what cannot be read turns nothing
  }
}

/**
 * What a header says of the turn that an image wants.
 * @param seen The orientation that its own decoder obeys.
 */
export function turnOf(
  format: ImageFormat,
  bytes: Uint8Array,
  seen: number = UPRIGHT,
): { readonly isTurned?: true; readonly turn?: Orientation } {
  const orientation = readOrientation(format, bytes);
  return {
    ...(orientation > UPRIGHT && { isTurned: true }),
    ...(orientation !== seen && { turn: orientation }),
  };
}

function toOrientation(value: number): Orientation {
  return value >= UPRIGHT && value <= 8 ? (value as Orientation) : UPRIGHT;
}

function prefixLength(exif: Buffer): number {
  return EXIF_PREFIX.exec(exif.toString('latin1', 0, 12))?.[0].length ?? 0;
}

const NONE: Packets = {};
const PACKETS: Readonly<Record<ImageFormat, (bytes: Buffer) => Packets>> = {
  JPEG: packetsOfJpeg,
  PNG: packetsOfPng,
  WebP: packetsOfWebp,
  TIFF: (bytes) => ({ xmp: readTiffDirectory(bytes).bytesOf(TAG.xmp) }),
  AVIF: packetsOfAvif,
  HEIC: () => NONE,
  GIF: () => NONE,
  BMP: () => NONE,
};

/** The EXIF data and the XMP packet of an image; of a TIFF, which is EXIF data itself, the packet alone. */
export function readPackets(format: ImageFormat, bytes: Uint8Array): Packets {
  return PACKETS[format](Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

const APP1 = 0xe1;
const START_OF_SCAN = 0xda;
const XMP_OF_JPEG = 'http://ns.adobe.com/xap/1.0/\0';

/** EXIF data may be longer than one segment, and go on in the next. */
function packetsOfJpeg(bytes: Buffer): Packets {
  const exif: Buffer[] = [];
  let xmp: Buffer | undefined;
  for (const { code, at } of jpegSegments(bytes)) {
    if (code === START_OF_SCAN) break;
    if (code !== APP1) continue;
    const segment = bytes.subarray(at + 4, at + 2 + bytes.readUInt16BE(at + 2));
    const name = segment.toString('latin1', 0, XMP_OF_JPEG.length);
    if (name.startsWith('Exif\0\0')) exif.push(segment.subarray(6));
    else if (name === XMP_OF_JPEG) xmp = segment.subarray(XMP_OF_JPEG.length);
  }
  return { exif: exif.length > 0 ? Buffer.concat(exif) : undefined, xmp };
}

const XMP_OF_PNG = 'XML:com.adobe.xmp\0';
/** How ImageMagick writes EXIF data where there is no chunk for them. */
const RAW_EXIF = 'Raw profile type exif\0';
const LONGEST_PACKET = 1 << 20;

function packetsOfPng(bytes: Buffer): Packets {
  let exif: Buffer | undefined;
  // The last one counts, and it alone is unpacked.
  let raw: (() => Buffer) | undefined;
  let xmp: (() => Buffer) | undefined;
  for (const { name, data } of readPngChunks(bytes)) {
    if (name === 'eXIf') exif = data;
    else if (name === 'iTXt' && startsWith(data, XMP_OF_PNG)) xmp = () => internationalText(data);
    else if (name === 'tEXt' && startsWith(data, RAW_EXIF)) raw = () => data.subarray(RAW_EXIF.length);
    else if (name === 'zTXt' && startsWith(data, RAW_EXIF))
      raw = () => inflated(data.subarray(RAW_EXIF.length + 1));
  }
  return { exif: exif ?? (raw && fromRawProfile(raw())), xmp: xmp?.() };
}

function startsWith(data: Buffer, beginning: string): boolean {
  return data.toString('latin1', 0, beginning.length) === beginning;
}

/** Behind the keyword whether the text is compressed, and how; its language and the keyword in it, each with a zero. */
function internationalText(data: Buffer): Buffer {
  const isCompressed = data[XMP_OF_PNG.length] === 1;
  const language = data.indexOf(0, XMP_OF_PNG.length + 2);
  const text = data.subarray(data.indexOf(0, language + 1) + 1);
  return isCompressed ? inflated(text) : text;
}

function inflated(data: Buffer): Buffer {
  return inflateSync(data, { maxOutputLength: LONGEST_PACKET });
}

/** A line for the kind and one for the length, then hexadecimal digits in lines. */
function fromRawProfile(text: Buffer): Buffer {
  return Buffer.from(text.toString('latin1').split('\n').slice(3).join(''), 'hex');
}

const RIFF_HEADER = 12;
/** As many frames as an animation may have before its packets, which come behind them. */
const MOST_WEBP_CHUNKS = 100_000;

function packetsOfWebp(bytes: Buffer): Packets {
  const packets: { exif?: Buffer; xmp?: Buffer } = {};
  for (let at = RIFF_HEADER, count = 0; at + 8 <= bytes.length && count < MOST_WEBP_CHUNKS; count++) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (name === 'EXIF') packets.exif ??= data;
    else if (name === 'XMP ') packets.xmp ??= data;
    at += 8 + length + (length % 2);
  }
  return packets;
}

/** libavif obeys what the file itself says of its turn and not its EXIF data, whose orientation only hides the packet's. */
function packetsOfAvif(bytes: Buffer): Packets {
  const { primary, items, places } = readHeifContents({ bytes, format: 'AVIF' });
  if (primary.properties.some(({ kind }) => kind === 'irot' || kind === 'imir')) return NONE;
  const contentsOf = (wanted: string) =>
    Array.from(items.values())
      .filter(({ kind }) => kind === wanted)
      .flatMap(({ id }) => places.get(id) ?? [])
      .map(({ contentStart, end }) => bytes.subarray(contentStart, end));
  const [exif] = contentsOf('Exif');
  // Four bytes say how far the TIFF is behind them.
  const tiff = exif?.subarray(4 + exif.readUInt32BE(0));
  if (tiff && readTiffDirectory(tiff).values(TAG.orientation).length > 0) return NONE;
  return { xmp: contentsOf('mime').find((text) => text.includes('tiff:Orientation')) };
}
