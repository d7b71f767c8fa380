import sharp from 'sharp';

/** A JPEG as base64 that no other `seed` gives: a grid of 4 × 3 colours, smoothed. */
export async function picture(seed: number, size: { width: number; height: number } = SIZE): Promise<string> {
  let state = seed + 1;
  const colours = Buffer.alloc(4 * 3 * 3);
  for (let i = 0; i < colours.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    colours[i] = state >>> 24;
  }
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
