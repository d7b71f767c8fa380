import sharp from 'sharp';
import { noise } from './random.js';

/** A JPEG as base64 that no other `seed` gives: a grid of 4 × 3 colours, smoothed. */
export async function picture(seed: number, size: { width: number; height: number } = SIZE): Promise<string> {
  const colours = noise(4 * 3 * 3, seed + 1);
  const image = sharp(colours, { raw: { width: 4, height: 3, channels: 3 } });
  const jpeg = await image
    .resize(size.width, size.height, { kernel: 'cubic', fit: 'fill' })
    .jpeg()
    .toBuffer();
  return jpeg.toString('base64');
}

const SIZE = { width: 320, height: 240 };

/** Pictures with seeds from `first` on. */
export function pictures(count: number, first = 0): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, at) => picture(first + at)));
}
