import type { Sharp } from 'sharp';
import sharp from 'sharp';
import { HandspringError } from '../../core/errors.js';
import { decodeImage } from '../../towers/image/decode/decode.js';
import { recogniseFormat } from '../../towers/image/decode/format.js';
import { inspectImage } from '../../towers/image/decode/inspect.js';

const LIMITS = { maxBytes: Number.POSITIVE_INFINITY, maxPixels: 178_956_970 };

/**
 * An image for a page to show, in its own colours and turned as its orientation tag says: not what the model sees. BMP,
 * which sharp cannot read, is decoded by the model's own decoder.
 * @throws HandspringError `invalid_image` for anything else than an image.
 */
export async function openForPeople(bytes: Uint8Array): Promise<Sharp> {
  const format = recogniseFormat(bytes);
  if (format === undefined) throw invalidPhoto();
  if (format !== 'BMP') return sharp(bytes, { limitInputPixels: LIMITS.maxPixels }).autoOrient();
  const { data, width, height } = await decodeImage(bytes, await inspectImage(bytes, LIMITS), {
    orient: false,
  });
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** The error for bytes that turn out to be no image. */
export function invalidPhoto(cause?: unknown): HandspringError {
  return new HandspringError(
    'invalid_image',
    'image: expected an image that can be read, received another file',
    {
      cause,
    },
  );
}
