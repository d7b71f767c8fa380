import { createHash } from 'node:crypto';
import type { ImageFormat } from '../towers/image/decode/format.js';
import { recogniseFormat } from '../towers/image/decode/format.js';
import { invalidPhoto, openForPeople } from './index/open-for-people.js';

export interface PhotoFacts {
  /** Pixels as shown, after the orientation tag. */
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
  readonly mediaType: string;
  /** Extensions that fit the content, the preferred one first. */
  readonly extensions: readonly [string, ...string[]];
}

const FORMATS: Readonly<Record<ImageFormat, Pick<PhotoFacts, 'mediaType' | 'extensions'>>> = {
  JPEG: { mediaType: 'image/jpeg', extensions: ['jpg', 'jpeg'] },
  PNG: { mediaType: 'image/png', extensions: ['png'] },
  WebP: { mediaType: 'image/webp', extensions: ['webp'] },
  GIF: { mediaType: 'image/gif', extensions: ['gif'] },
  TIFF: { mediaType: 'image/tiff', extensions: ['tif', 'tiff'] },
  BMP: { mediaType: 'image/bmp', extensions: ['bmp'] },
  AVIF: { mediaType: 'image/avif', extensions: ['avif'] },
};

/** The photo's id: its content, so that two files with the same bytes are one photo. */
export function toPhotoId(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

/**
 * Size and format of an image. The embedder has taken the bytes before, so they are an image.
 * @throws HandspringError `invalid_image` if they are none after all.
 */
export async function readPhotoFacts(bytes: Uint8Array): Promise<PhotoFacts> {
  const format = recogniseFormat(bytes);
  if (format === undefined) throw invalidPhoto();
  const image = await openForPeople(bytes);
  try {
    const { width, height } = (await image.metadata()).autoOrient;
    return { width, height, format, ...FORMATS[format] };
  } catch (cause) {
    throw invalidPhoto(cause);
  }
}
