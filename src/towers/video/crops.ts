import type { RgbImage } from '../image/rgb-image.js';
import type { PairsInCrops } from './settings.js';

/** Squares of a frame: left, middle and right of a wide one, above, middle and below of a high one. */
export const CROPS = 3;

/**
 * The three squares of a frame, `[3 squares, 3 colours, size, size]`: its short side made `size` and its long side in
 * proportion, rounded down, bilinear and not antialiased; each number from 0 to 1, less the mean, by the deviation.
 * Sources: `short_side_scale` and `uniform_crop` of facebookresearch/pytorchvideo, transforms/functional.py, at 6cdc9293.
 */
export function cropsOf(
  { data, width, height }: RgbImage,
  settings: PairsInCrops,
): Float32Array<ArrayBuffer> {
  const { size, mean, std } = settings;
  const isWide = width >= height;
  const [wide, high] = isWide
    ? [Math.floor((width / height) * size), size]
    : [size, Math.floor((height / width) * size)];
  const spare = (isWide ? wide : high) - size;
  const offsets = [0, Math.ceil(spare / 2), spare];
  const [columns, rows] = [samplesOf(width, wide), samplesOf(height, high)];
  const made = new Float32Array(CROPS * 3 * size * size);
  let to = 0;
  for (const offset of offsets)
    for (let colour = 0; colour < 3; colour++)
      for (let y = 0; y < size; y++) {
        const row = rows[y + (isWide ? 0 : offset)]!;
        for (let x = 0; x < size; x++) {
          const column = columns[x + (isWide ? offset : 0)]!;
          const at = (line: number, place: number) => data[(line * width + place) * 3 + colour]!;
          const above = mix(at(row.low, column.low), at(row.low, column.high), column.share);
          const below = mix(at(row.high, column.low), at(row.high, column.high), column.share);
          made[to++] = (mix(above, below, row.share) / 255 - mean[colour]!) / std[colour]!;
        }
      }
  return made;
}

/** Whether two of the squares are the same. */
export function cropNames({ width, height }: Pick<RgbImage, 'width' | 'height'>): readonly number[] {
  return width === height ? [0, 0, 0] : [0, 1, 2];
}

interface Sample {
  readonly low: number;
  readonly high: number;
  /** Of `high`. */
  readonly share: number;
}

/** Where each of `to` numbers lies among `from`, centre on centre. */
function samplesOf(from: number, to: number): Sample[] {
  return Array.from({ length: to }, (_, at) => {
    const place = Math.max(0, ((at + 0.5) * from) / to - 0.5);
    const low = Math.min(Math.floor(place), from - 1);
    return { low, high: Math.min(low + 1, from - 1), share: place - low };
  });
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
