import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { HandspringError } from '../errors.js';

export interface PhotoFacts {
  /** Pixels as shown, after the orientation tag. */
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly mediaType: string;
  /** Extensions that fit the content, the preferred one first. */
  readonly extensions: readonly [string, ...string[]];
}

const EXTENSIONS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  jpeg: ['jpg', 'jpeg'],
  png: ['png'],
  webp: ['webp'],
  gif: ['gif'],
  tiff: ['tif', 'tiff'],
  avif: ['avif'],
};

/** The photo's id: its content, so that two files with the same bytes are one photo. */
export function toPhotoId(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

/** Size and format from the image's header. The bytes have been accepted by the embedder before; `invalid_image` otherwise. */
export async function readPhotoFacts(bytes: Uint8Array): Promise<PhotoFacts> {
  const header = await sharp(bytes)
    .metadata()
    .catch((cause: unknown) => {
      throw new HandspringError('invalid_image', 'image: expected an image that can be read', { cause });
    });
  const format = header.format === 'heif' && header.compression === 'av1' ? 'avif' : header.format;
  const extensions = EXTENSIONS[format];
  if (extensions === undefined) {
    throw new HandspringError(
      'invalid_image',
      `image: expected JPEG, PNG, WebP, GIF, TIFF or AVIF, received ${format}`,
    );
  }
  const { width, height } = header.autoOrient;
  return { width, height, format, mediaType: `image/${format}`, extensions };
}
