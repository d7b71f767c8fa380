import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { noise } from '../test/support/random.js';

/** JPEGs of 640 × 480 pixels, each with another content: smooth colours, 24 kB on average. */
export async function makePhotos(folder: string, count: number): Promise<void> {
  for (let seed = 0; seed < count; seed++) {
    const colours = noise(8 * 6 * 3, seed + 1);
    const jpeg = await sharp(colours, { raw: { width: 8, height: 6, channels: 3 } })
      .resize(640, 480, { kernel: 'cubic', fit: 'fill' })
      .jpeg({ quality: 90 })
      .toBuffer();
    await writeFile(path.join(folder, `${seed}.jpg`), jpeg);
  }
}
