import type { Config } from '../cli/options/config.js';
import { PLAIN_PIXEL_BYTES } from '../towers/image/decode/decoding-bytes.js';
import type { ImageLimits } from '../towers/image/decode/inspect.js';
import { availableMemory } from '../core/machine.js';
import { MOST_PIXELS } from '../cli/options/limits.js';

/** Shares of the memory: for one image while it is decoded, and for all that wait for no other. The model takes the rest. */
const ONE_IMAGE = 1 / 4;
const IMAGES_AT_ONCE = 1 / 8;

/** How large an image may be, so that any that is let in can be decoded in the memory there is. */
export function imageLimits(
  { maxImageBytes, maxImagePixels }: Pick<Config, 'maxImageBytes' | 'maxImagePixels'>,
  memory = availableMemory(),
): ImageLimits {
  if (maxImagePixels !== 'auto') return { maxBytes: maxImageBytes, maxPixels: maxImagePixels };
  return { maxBytes: maxImageBytes, maxPixels: MOST_PIXELS, maxDecodingBytes: memory * ONE_IMAGE };
}

/** Most pixels decoded at once, as of a plain JPEG; one image larger than that is decoded alone. */
export function maxPendingPixels(
  { maxPendingPixels: given }: Pick<Config, 'maxPendingPixels'>,
  memory = availableMemory(),
): number {
  return given === 'auto' ? Math.floor((memory * IMAGES_AT_ONCE) / PLAIN_PIXEL_BYTES) : given;
}
