import sharp from 'sharp';
import { seededRandom } from '../../test/support/random.js';

/** Sizes of a web picture and of a phone's photo. */
export const PHOTO_SIZES = {
  '640x480': { width: 640, height: 480 },
  '12mp': { width: 4032, height: 3024 },
} as const;

export type PhotoSize = keyof typeof PHOTO_SIZES;

/** Cells of colour across a picture, and the grain over them: JPEG then compresses about as well as a photo's 2 to 3 bits a pixel. */
const CELLS = { width: 32, height: 24 };
const GRAIN = 24;

/** A JPEG that costs about as much to decode as a photo of that size, the same for the same seed. */
export async function makePhoto(size: PhotoSize, seed: number): Promise<Buffer> {
  const { width, height } = PHOTO_SIZES[size];
  const random = seededRandom(seed);
  const cells = Uint8Array.from({ length: CELLS.width * CELLS.height * 3 }, () => Math.floor(random() * 256));
  const raw = { raw: { ...CELLS, channels: 3 as const } };
  const pixels = await sharp(cells, raw)
    .resize(width, height, { kernel: 'cubic', fit: 'fill' })
    .raw()
    .toBuffer();
  let state = seed;
  for (let at = 0; at < pixels.length; at += 3) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const grain = ((state >>> 24) % GRAIN) - GRAIN / 2;
    for (let c = at; c < at + 3; c++) pixels[c] = Math.min(255, Math.max(0, (pixels[c] ?? 0) + grain));
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
}
