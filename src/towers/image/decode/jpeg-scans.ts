import { unsupportedImage } from './invalid-image.js';
import { jpegSegments } from './jpeg-segments.js';

/**
 * Encoders write 10 scans or so. The format allows one for each bit of each coefficient, and each is a walk through the
 * whole image: 883 of them in 204 kB took 10 seconds, which nothing interrupts.
 */
const MOST_SCANS = 100;

const START_OF_SCAN = 0xda;

/**
 * Passes a JPEG of no more scans than an encoder writes.
 * @throws HandspringError `invalid_image` otherwise.
 */
export function requireFewScans(bytes: Uint8Array): void {
  let scans = 0;
  for (const { code } of jpegSegments(bytes)) {
    if (code === START_OF_SCAN && ++scans > MOST_SCANS) {
      throw unsupportedImage(`a JPEG image of at most ${MOST_SCANS} scans`, 'one of more');
    }
  }
}
