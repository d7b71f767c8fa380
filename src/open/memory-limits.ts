import { PLAIN_PIXEL_BYTES } from '../towers/image/decode/decoding-bytes.js';
import type { ImageLimits } from '../towers/image/decode/inspect.js';
import { availableMemory } from '../core/machine.js';

/** Pillow's own limit. */
export const MOST_PIXELS = 178_956_970;

/** Shares of the memory: for one image while it is decoded, and for all that wait for no other. The model takes the rest. */
const ONE_IMAGE = 1 / 4;
const IMAGES_AT_ONCE = 1 / 8;

/** How large an image may be, so that any that is let in can be decoded in the memory there is. */
export function imageLimits(
  {
    maxImageBytes,
    maxImagePixels,
  }: { readonly maxImageBytes: number; readonly maxImagePixels: number | 'auto' },
  memory = availableMemory(),
): ImageLimits {
  if (maxImagePixels !== 'auto') return { maxBytes: maxImageBytes, maxPixels: maxImagePixels };
  return { maxBytes: maxImageBytes, maxPixels: MOST_PIXELS, maxDecodingBytes: memory * ONE_IMAGE };
}

/** Most pixels decoded at once, as of a plain JPEG; one image larger than that is decoded alone. */
export function maxPendingPixels(
  { maxPendingPixels: given }: { readonly maxPendingPixels: number | 'auto' },
  memory = availableMemory(),
): number {
  return given === 'auto' ? Math.floor((memory * IMAGES_AT_ONCE) / PLAIN_PIXEL_BYTES) : given;
}
