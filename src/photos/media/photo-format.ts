import type { ImageFormat } from '../../towers/image/decode/format.js';
import { recogniseFormat } from '../../towers/image/decode/format.js';
import type { MediaFormat } from './kind.js';

const FORMATS: Readonly<Record<ImageFormat, MediaFormat>> = {
  JPEG: { mediaType: 'image/jpeg', extensions: ['jpg', 'jpeg'] },
  PNG: { mediaType: 'image/png', extensions: ['png'] },
  WebP: { mediaType: 'image/webp', extensions: ['webp'] },
  GIF: { mediaType: 'image/gif', extensions: ['gif'] },
  TIFF: { mediaType: 'image/tiff', extensions: ['tif', 'tiff'] },
  BMP: { mediaType: 'image/bmp', extensions: ['bmp'] },
  AVIF: { mediaType: 'image/avif', extensions: ['avif'] },
  HEIC: { mediaType: 'image/heic', extensions: ['heic', 'heif'] },
};

/** `.jfif`, `.jpe`, `.pjpeg` and `.pjp` are what browsers and Windows call JPEG. */
const PHOTO_NAME = /\.(?:jpe?g|jpe|jfif|p?jpeg|pjp|png|apng|webp|gif|tiff?|bmp|dib|avif|heic|heif|hif)$/i;

export function isPhotoName(name: string): boolean {
  return PHOTO_NAME.test(name);
}

/** The names of an image's format, told by its content; undefined for anything else. */
export function formatOfPhoto(bytes: Uint8Array): MediaFormat | undefined {
  const format = recogniseFormat(bytes);
  return format && FORMATS[format];
}
