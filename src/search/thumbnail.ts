import sharp from 'sharp';
import { HandspringError } from '../errors.js';

/** The longest side of each size, in pixels. */
export const THUMBNAIL_SIDES = { thumb: 560, large: 1920 } as const;
export type ThumbnailSize = keyof typeof THUMBNAIL_SIDES;

/**
 * A WebP of the image at most `THUMBNAIL_SIDES[size]` pixels long, turned as its orientation tag says. It is for people to
 * look at: the model never sees it.
 */
export async function createThumbnail(image: Uint8Array, size: ThumbnailSize): Promise<Buffer> {
  const side = THUMBNAIL_SIDES[size];
  try {
    return await sharp(image)
      .autoOrient()
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .toBuffer();
  } catch (cause) {
    throw new HandspringError('invalid_image', 'image: expected an image that can be read', { cause });
  }
}
