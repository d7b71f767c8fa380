import type { Sharp } from 'sharp';
import { sharp } from '../../towers/image/sharp.js';
import { decodeImage, toDecode } from '../../towers/image/decode/decode.js';
import type { RgbImage } from '../../towers/image/rgb-image.js';
import type { ImageHeader } from '../../towers/image/decode/inspect.js';

/** The longest side of each size, in pixels. */
export const THUMBNAIL_SIDES = { thumb: 560, large: 1920 } as const;
export type ThumbnailSize = keyof typeof THUMBNAIL_SIDES;

/**
 * A WebP of the image at most `THUMBNAIL_SIDES[size]` pixels long, in its own colours and turned as its orientation tag
 * says. It is for people to look at: the model never sees it. What the model could read has one: small faults of a file are
 * passed over, and what sharp cannot read is left to the model's own decoders.
 * @throws HandspringError `invalid_image` for anything that neither can read.
 */
export async function createThumbnail(
  image: Uint8Array,
  header: ImageHeader,
  size: ThumbnailSize,
): Promise<Uint8Array> {
  try {
    const opened = sharp(toDecode(image, header.format, true), {
      failOn: 'none',
      limitInputPixels: false,
      autoOrient: true,
    });
    return await toWebp(opened, size);
  } catch {
    return thumbnailOf(await decodeImage(image, header, { orient: true }), size);
  }
}

/** The same of pixels. */
export async function thumbnailOf(
  { data, width, height }: RgbImage,
  size: ThumbnailSize,
): Promise<Uint8Array> {
  return toWebp(sharp(data, { raw: { width, height, channels: 3 } }), size);
}

async function toWebp(image: Sharp, size: ThumbnailSize): Promise<Uint8Array> {
  const side = THUMBNAIL_SIDES[size];
  return image
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer();
}
