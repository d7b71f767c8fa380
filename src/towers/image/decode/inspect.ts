import { HandspringError } from '../../../core/errors.js';
import { heldBytesOfBmp, readBmpHeader } from './bmp.js';
import { bytesPerPixel, pixelsToDecode } from './decoding-bytes.js';
import type { ImageFormat } from './format.js';
import { recogniseFormat } from './format.js';
import { readGifHeader } from './gif.js';
import { readHeifHeader } from './heif/header.js';
import { invalidImage, truncatedImage } from './invalid-image.js';
import { nameCutFormat, nameOtherFormat } from './other-formats.js';
import type { Colours } from './native.js';
import { turnOf } from './orientation.js';
import type { Orientation } from './orientation.js';
import { readNativeHeader } from './native.js';
import { readTiffHeader } from './tiff/header.js';

export interface ImageLimits {
  readonly maxBytes: number;
  readonly maxPixels: number;
  /** Most memory that decoding one image may take; by it, formats that take more have fewer pixels. */
  readonly maxDecodingBytes?: number;
}

/** What is known of an image before its pixels are decoded. */
export interface ImageHeader {
  readonly format: ImageFormat;
  /** As stored, before any turn asked for by an orientation tag. */
  readonly width: number;
  readonly height: number;
  readonly colours: Colours;
  /** Absent where its rows come one after the other; else it takes more memory to decode. */
  readonly isWhole?: true;
  /** Absent where no tag turns it; else it takes more memory, too. */
  readonly isTurned?: true;
  /** How it is stored, where its own decoder sees that otherwise than Pillow; absent where it is not to be turned. */
  readonly turn?: Orientation;
  /** Bytes a pixel that its decoder holds beside what any image of the format takes; absent for none. */
  readonly heldBytes?: number;
  /** Absent where its decoder goes through no more pixels than it shows. */
  readonly decodedPixels?: number;
  /** Absent but where the colours are stored multiplied by alpha and the decoder leaves them so. */
  readonly isPremultiplied?: true;
}

/**
 * No side is longer: JPEG's and GIF's own limit. Longer ones are possible in PNG, TIFF and BMP, but only an attack has
 * them, and the tables for resampling grow with the side, not with the pixels.
 */
export const MAX_SIDE = 65_535;

/**
 * The header of an encoded image. Reads no pixels, so that too large an image costs nothing.
 *
 * @param orient Whether it is to be decoded so, which can take more memory; see `DecodeOptions`.
 * @throws HandspringError `payload_too_large` over `maxBytes`; `invalid_image` with an `InvalidImageReason` for anything
 * that is not an image of an allowed format, told by content, or is larger than `maxPixels`.
 */
export async function inspectImage(
  bytes: Uint8Array,
  limits: ImageLimits,
  orient = false,
): Promise<ImageHeader> {
  if (bytes.length > limits.maxBytes) {
    throw new HandspringError(
      'payload_too_large',
      `expected an image of at most ${limits.maxBytes} bytes (MAX_IMAGE_BYTES), received ${bytes.length}`,
      { limit: 'MAX_IMAGE_BYTES' },
    );
  }
  const format = requireFormat(bytes);
  const header = await readHeader(format, bytes, orient);
  requireSize(header, limits);
  return header;
}

function requireFormat(bytes: Uint8Array): ImageFormat {
  const expected = 'a JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF or HEIC image';
  if (bytes.length === 0) throw invalidImage('empty', expected, 'no bytes');
  const format = recogniseFormat(bytes);
  if (format !== undefined) return format;
  const cut = nameCutFormat(bytes);
  if (cut !== undefined) throw truncatedImage(cut);
  const other = nameOtherFormat(bytes);
  if (other !== undefined) throw invalidImage('unsupported', expected, other);
  throw invalidImage('unknown_format', expected, `${bytes.length} bytes of unknown format`);
}

async function readHeader(format: ImageFormat, bytes: Uint8Array, orient: boolean): Promise<ImageHeader> {
  if (format === 'BMP') {
    const bmp = readBmpHeader(bytes);
    const heldBytes = heldBytesOfBmp(bmp);
    return { format, colours: 'rgb', ...sizeOf(bmp), ...(heldBytes > 0 && { heldBytes }) };
  }
  if (format === 'GIF') return { format, colours: 'rgb', ...sizeOf(readGifHeader(bytes)) };
  if (format === 'TIFF') return { format, ...readTiffHeader(bytes) };
  if (format === 'AVIF' || format === 'HEIC')
    return {
      ...{ format, colours: 'rgb', ...readHeifHeader(bytes, format) },
      ...(orient && turnOf(format, bytes, undefined)),
    };
  return { format, ...(await readNativeHeader(format, bytes, orient)) };
}

function sizeOf({ width, height }: { width: number; height: number }): { width: number; height: number } {
  return { width, height };
}

function requireSize(header: ImageHeader, { maxPixels, maxDecodingBytes = Infinity }: ImageLimits): void {
  const { width, height, format } = header;
  const size = `${width} x ${height}`;
  if (width > MAX_SIDE || height > MAX_SIDE) {
    throw invalidImage('too_many_pixels', `an image of at most ${MAX_SIDE} pixels a side`, size);
  }
  const decodable = Math.floor(maxDecodingBytes / bytesPerPixel(header));
  const pixels = pixelsToDecode(header);
  if (pixels > Math.min(maxPixels, decodable)) {
    const expected =
      decodable < maxPixels
        ? `one of this kind of ${format} with at most ${decodable} pixels, for the memory there is`
        : `an image of at most ${maxPixels} pixels`;
    const received = pixels > width * height ? `${size} of ${pixels} coded ones` : `${size} (${pixels})`;
    throw invalidImage('too_many_pixels', `${expected} (MAX_IMAGE_PIXELS)`, received, {
      limit: 'MAX_IMAGE_PIXELS',
    });
  }
}
