import { invalidPhoto, openForPeople } from './open-for-people.js';

/** The longest side of each size, in pixels. */
export const THUMBNAIL_SIDES = { thumb: 560, large: 1920 } as const;
export type ThumbnailSize = keyof typeof THUMBNAIL_SIDES;

/**
 * A WebP of the image at most `THUMBNAIL_SIDES[size]` pixels long, turned as its orientation tag says. It is for people to
 * look at: the model never sees it.
 */
export async function createThumbnail(image: Uint8Array, size: ThumbnailSize): Promise<Buffer> {
  const side = THUMBNAIL_SIDES[size];
  const opened = await openForPeople(image);
  try {
    return await opened
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .toBuffer();
  } catch (cause) {
    throw invalidPhoto(cause);
  }
}
