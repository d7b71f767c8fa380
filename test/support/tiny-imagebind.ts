import { checkpointFile } from './checkpoint-file.js';
import type { TensorSketch } from './checkpoint-file.js';
import { imageBindTensors } from './imagebind-tensors.js';
import type { TowerName } from './imagebind-tensors.js';
import { seededRandom } from './random.js';

/** Two blocks each, and what their stems have, in the widths that follow. */
const BLOCKS = 2;
const DIMENSIONS = 16;
const WIDTHS = { text: 8, vision: 24, audio: 12, depth: 8, thermal: 16, imu: 12 };

/** Heads of its towers, as no shape tells them. */
export const TINY_HEADS: Readonly<Record<TowerName, number>> = {
  ...{ text: 2, vision: 3, audio: 2, depth: 2, thermal: 4, imu: 3 },
};
/** The same as `--heads` has it. */
export const TINY_HEADS_FLAG = Object.entries(TINY_HEADS)
  .map(([name, heads]) => `${name}=${heads}`)
  .join();

/** What the vectors of the towers are long, by what they embed. */
export const TINY_LENGTHS = { text: 100, image: 1, audio: 20, depth: 5, thermal: 10, imu: 5 } as const;

/** The tensors of a random ImageBind, under their official names and in their official shapes but for the widths. */
export function tinyImageBind(widths: Partial<typeof WIDTHS> = {}): Record<string, TensorSketch> {
  const random = seededRandom(1);
  const towers = Object.fromEntries(
    Object.entries({ ...WIDTHS, ...widths }).map(([name, width]) => [name, { width, blocks: BLOCKS }]),
  ) as Record<TowerName, { width: number; blocks: number }>;
  const plans = imageBindTensors({ towers, patch: 56, dimensions: DIMENSIONS, gain: 1.5 });
  return Object.fromEntries(
    plans.map(({ name, dims, mean, deviation }) => {
      const size = dims.reduce((product, side) => product * side, 1);
      const values = Float32Array.from({ length: size }, () => mean + deviation * 3.4 * (random() - 0.5));
      return [name, { dims, values }] as const;
    }),
  );
}

/** Its file. */
export const tinyImageBindFile = () => checkpointFile(tinyImageBind());
