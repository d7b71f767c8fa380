import { readTiffDirectory, TAG } from './directory.js';
import { BLACK_IS_ZERO, readLayout, WHITE_IS_ZERO } from './layout.js';

export const UPRIGHT = 1;
/** Of 1 to 8 each is a turn; libvips refuses a file with any other number, and Pillow turns nothing for it. */
export const isOrientation = (value: number): boolean => value >= UPRIGHT && value <= 8;

/**
 * A TIFF that its decoder reads as Pillow reads the original; a copy where that takes a change.
 *
 * - Of its first page alone: libtiff walks through all directories before the first pixel, and a file of 34 MB can hold
 *   300,000, five seconds' walk.
 * - Without an orientation that is none.
 * - Grey of 16 bits with black as zero, whatever is said: Pillow does not turn it about (`OPEN_INFO` of TiffImagePlugin.py).
 */
export function asPillowReads(bytes: Uint8Array): Uint8Array {
  const directory = readTiffDirectory(bytes);
  const { values, write, isLast, linkOffset, linkBytes } = directory;
  const { bits, samples, photometric } = readLayout(directory);
  const [orientation = UPRIGHT] = values(TAG.orientation);
  const isTurnedAbout = bits === 16 && samples === 1 && photometric === WHITE_IS_ZERO;
  if (isLast && isOrientation(orientation) && !isTurnedAbout) return bytes;
  const copy = Uint8Array.from(bytes);
  if (!isLast) copy.fill(0, linkOffset, linkOffset + linkBytes);
  if (!isOrientation(orientation)) write(copy, TAG.orientation, UPRIGHT);
  if (isTurnedAbout) write(copy, TAG.photometric, BLACK_IS_ZERO);
  return copy;
}
