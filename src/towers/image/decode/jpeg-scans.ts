import { unsupportedImage } from './invalid-image.js';

/**
 * Encoders write 10 scans or so. The format allows one for each bit of each coefficient, and each is a walk through the
 * whole image: 883 of them in 204 kB took 10 seconds, which nothing interrupts.
 */
const MOST_SCANS = 100;

const MARKER = 0xff;
const STUFFED_ZERO = 0x00;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
/** Markers without a length behind them: restarts, start of image, and one that nobody uses. */
const isBare = (code: number): boolean => (code >= 0xd0 && code <= 0xd8) || code === 0x01;

/**
 * Passes a JPEG of no more scans than an encoder writes. Reads no coefficients: it goes from marker to marker.
 * @throws HandspringError `invalid_image` otherwise.
 */
export function requireFewScans(bytes: Uint8Array): void {
  let scans = 0;
  for (let at = nextMarker(bytes, 2); at >= 0;) {
    const code = bytes[at + 1]!;
    if (code === END_OF_IMAGE) return;
    if (code === START_OF_SCAN && ++scans > MOST_SCANS) {
      throw unsupportedImage(`a JPEG image of at most ${MOST_SCANS} scans`, 'one of more');
    }
    const length = isBare(code) ? 0 : (bytes[at + 2]! << 8) | bytes[at + 3]!;
    at = nextMarker(bytes, at + 2 + length);
  }
}

/** Where the next marker is: not a byte of 255 in a scan, behind which a 0 is put, nor one that only fills. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (
    let at = bytes.indexOf(MARKER, from);
    at >= 0 && at + 3 < bytes.length;
    at = bytes.indexOf(MARKER, at + 1)
  ) {
    const code = bytes[at + 1];
    if (code !== STUFFED_ZERO && code !== MARKER) return at;
  }
  return -1;
}
