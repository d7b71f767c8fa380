import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { loadConfig } from '../../src/cli/options/config.js';
import { imageLimits } from '../../src/open/memory-limits.js';
import { bytesPerPixel } from '../../src/towers/image/decode/decoding-bytes.js';
import type { ImageKind } from '../../src/towers/image/decode/decoding-bytes.js';

type LargestKind = readonly [kind: ImageKind, encode: (image: Sharp) => Sharp];

/** Kinds of images that take little, more and most memory for a pixel, made with as many pixels as are let in. */
export const LARGEST_KINDS: readonly LargestKind[] = [
  [{ format: 'JPEG', colours: 'rgb' }, (image) => image.jpeg()],
  [{ format: 'JPEG', colours: 'rgb', isWhole: true }, (image) => image.jpeg({ progressive: true })],
  [{ format: 'PNG', colours: 'rgb', isWhole: true }, (image) => image.png({ progressive: true })],
  [{ format: 'WebP', colours: 'rgb' }, (image) => image.webp({ effort: 0 })],
  [{ format: 'AVIF', colours: 'rgb' }, (image) => image.avif({ effort: 0 })],
];

/** As large as a service with all defaults allows of its kind in so much memory. */
export async function makeLargest([kind, encode]: LargestKind, memoryBytes: number): Promise<Buffer> {
  const { maxPixels, maxDecodingBytes = 0 } = imageLimits(
    loadConfig('serve', { flags: {}, env: {} }),
    memoryBytes,
  );
  const pixels = Math.min(maxPixels, maxDecodingBytes / bytesPerPixel(kind));
  const side = Math.floor(Math.sqrt(pixels));
  const image = sharp({ create: { width: side, height: side, channels: 3, background: 'teal' } });
  return encode(image).toBuffer();
}
