import type { Orientation } from './decode/orientation.js';

/** Pixels, row by row, each of so many samples. */
export interface Samples {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** From which orientation on rows become columns. */
const TRANSPOSED = 5;
/** Orientations whose first column is shown last: at the right, or at the bottom where columns become rows. */
const MIRRORED_X: readonly Orientation[] = [2, 3, 7, 8];
const MIRRORED_Y: readonly Orientation[] = [3, 4, 6, 7];

export const changesSides = (orientation: Orientation): boolean => orientation >= TRANSPOSED;

/** The pixels upright that are stored in an orientation of EXIF; a copy of them, or themselves. */
export function turnUpright(stored: Samples, orientation: Orientation): Samples {
  if (orientation === 1) return stored;
  const { data, width, height, channels } = stored;
  const isTransposed = changesSides(orientation);
  const rowLength = isTransposed ? height : width;
  const turned = new Uint8Array(data.length);
  for (let y = 0, from = 0; y < height; y++) {
    const row = MIRRORED_Y.includes(orientation) ? height - 1 - y : y;
    for (let x = 0; x < width; x++) {
      const column = MIRRORED_X.includes(orientation) ? width - 1 - x : x;
      let to = (isTransposed ? column * rowLength + row : row * rowLength + column) * channels;
      for (let channel = 0; channel < channels; channel++) turned[to++] = data[from++]!;
    }
  }
  return { data: turned, width: rowLength, height: isTransposed ? width : height, channels };
}
