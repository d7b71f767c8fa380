import type { CreateRaw, Sharp } from 'sharp';
import { sharp } from '../../towers/image/sharp.js';
import { decodeImage, toDecode } from '../../towers/image/decode/decode.js';
import type { Orientation } from '../../towers/image/decode/orientation.js';
import type { RgbImage } from '../../towers/image/rgb-image.js';
import type { ImageHeader } from '../../towers/image/decode/inspect.js';
import { turnUpright } from '../../towers/image/turn.js';

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
  const { format, turn } = header;
  try {
    const opened = sharp(toDecode(image, format, turn === undefined), {
      failOn: 'none',
      limitInputPixels: false,
      autoOrient: turn === undefined,
    });
    return await toWebp(turn === undefined ? opened : await turned(opened, turn, size), size);
  } catch {
    return thumbnailOf(await decodeImage(image, header, { orient: true }), size);
  }
}

/** What is small already is turned in no time. */
async function turned(image: Sharp, turn: Orientation, size: ThumbnailSize): Promise<Sharp> {
  const { data, info } = await reduce(image, size)
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { data: upright, ...raw } = turnUpright({ ...info, data }, turn);
  return sharp(upright, { raw: raw as CreateRaw });
}

/** The same of pixels. */
export async function thumbnailOf(
  { data, width, height }: RgbImage,
  size: ThumbnailSize,
): Promise<Uint8Array> {
  return toWebp(sharp(data, { raw: { width, height, channels: 3 } }), size);
}

async function toWebp(image: Sharp, size: ThumbnailSize): Promise<Uint8Array> {
  return reduce(image, size).webp({ quality: 80 }).toBuffer();
}

function reduce(image: Sharp, size: ThumbnailSize): Sharp {
  const side = THUMBNAIL_SIDES[size];
  return image.resize(side, side, { fit: 'inside', withoutEnlargement: true });
}
