import type { ImageFormat } from './format.js';
import type { Colours } from './native.js';

/**
 * Memory at the peak of decoding and resizing, in bytes a pixel, 3 of them the RGB pixels: measured as the growth of
 * VmHWM over images of 24 and of 42 million pixels, the larger of the two (libvips keeps what is over 100 MB in a file).
 * AVIF's decoder holds its planes, their wider copies and the RGB at once; HEIC's has a copy of the file, too.
 */
const PEAK: Readonly<Record<ImageFormat, number>> = {
  JPEG: 3.5,
  PNG: 3.5,
  TIFF: 3.5,
  BMP: 3.5,
  GIF: 5.5,
  WebP: 10.5,
  AVIF: 25,
  HEIC: 16,
};
/** A pixel of a plain JPEG, the cheapest there is. */
export const PLAIN_PIXEL_BYTES = PEAK.JPEG;
/** On top of it: the samples before they are RGB, and what has to be there whole before the first row is. */
const SAMPLES: Readonly<Record<Colours, number>> = { rgb: 0, grey16: 2, cmyk: 4, cmyk16: 8 };
const PROGRESSIVE_JPEG_CHANNEL = 2;
const TURNED_JPEG_CHANNEL = 1;
const SIXTEEN_BIT_RGBA = 8;

/** What is known of an image that tells what decoding it takes. */
export interface ImageKind {
  readonly format: ImageFormat;
  readonly colours: Colours;
  readonly isWhole?: true;
  readonly isTurned?: true;
  readonly heldBytes?: number;
}

/** What decoding takes of the memory at its peak, in bytes a pixel; beside the encoded image itself. */
export function bytesPerPixel(image: ImageKind): number {
  const { format, colours, heldBytes = 0 } = image;
  return PEAK[format] + SAMPLES[colours] + heldBytes + wholeImage(image);
}

/** What is known of an image's size. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
  readonly decodedPixels?: number;
}

/** The pixels that decoding goes through: those of the image, or of tiles that reach beyond it. */
export function pixelsToDecode({ width, height, decodedPixels }: ImageSize): number {
  return decodedPixels ?? width * height;
}

/** An image's pixels as so many of a plain JPEG, for a budget of memory that is told in pixels. */
export function plainPixels(image: ImageKind & ImageSize): number {
  return Math.ceil((pixelsToDecode(image) * bytesPerPixel(image)) / PLAIN_PIXEL_BYTES);
}

function wholeImage({ format, colours, isWhole, isTurned }: ImageKind): number {
  // The decoders of WebP and AVIF hold all of it in any case.
  if ((!isWhole && !isTurned) || format === 'WebP' || format === 'AVIF' || format === 'HEIC') return 0;
  if (format !== 'JPEG') return SIXTEEN_BIT_RGBA;
  return (isWhole ? PROGRESSIVE_JPEG_CHANNEL : TURNED_JPEG_CHANNEL) * (colours === 'cmyk' ? 4 : 3);
}
