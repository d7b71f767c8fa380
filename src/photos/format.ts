import type { ImageFormat } from '../towers/image/decode/format.js';
import { recogniseFormat } from '../towers/image/decode/format.js';
import { invalidPhoto } from './index/thumbnail.js';

/** What a photo's format is called elsewhere. */
export interface PhotoFormat {
  readonly mediaType: string;
  /** Extensions that fit the content, the preferred one first. */
  readonly extensions: readonly [string, ...string[]];
}

const FORMATS: Readonly<Record<ImageFormat, PhotoFormat>> = {
  JPEG: { mediaType: 'image/jpeg', extensions: ['jpg', 'jpeg'] },
  PNG: { mediaType: 'image/png', extensions: ['png'] },
  WebP: { mediaType: 'image/webp', extensions: ['webp'] },
  GIF: { mediaType: 'image/gif', extensions: ['gif'] },
  TIFF: { mediaType: 'image/tiff', extensions: ['tif', 'tiff'] },
  BMP: { mediaType: 'image/bmp', extensions: ['bmp'] },
  AVIF: { mediaType: 'image/avif', extensions: ['avif'] },
  HEIC: { mediaType: 'image/heic', extensions: ['heic', 'heif'] },
};

/**
 * The names of an image's format, told by its content.
 * @throws HandspringError `invalid_image` for anything else.
 */
export function photoFormat(bytes: Uint8Array): PhotoFormat {
  const format = recogniseFormat(bytes);
  if (format === undefined) throw invalidPhoto();
  return FORMATS[format];
}
