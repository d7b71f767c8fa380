import type { FramePair } from './clips.js';
import { CROPS } from './crops.js';
import type { VideoSettings } from './settings.js';

/** Rows of a video, each once, and how often each counts. */
export interface VideoRows {
  readonly rows: Float32Array<ArrayBuffer>[];
  readonly weights: number[];
}

/** The numbers of the frames that clips begin and end with, ascending, each once. */
export function framesOf(pairs: readonly FramePair[]): number[] {
  return [...new Set(pairs.flat())].sort((a, b) => a - b);
}

/**
 * The rows of an encoder of images (each frame of each clip) or of ImageBind's (first and last frame together, for each of
 * three squares).
 * @param prepared By a frame's number, what it is to the encoder: one picture, or its three squares one after the other.
 * @param isSquare Whether the squares are one and the same.
 */
export function videoRows(
  pairs: readonly FramePair[],
  prepared: ReadonlyMap<number, Float32Array<ArrayBuffer>>,
  { view }: VideoSettings,
  isSquare: boolean,
): VideoRows {
  const made = new Map<string, { row: () => Float32Array<ArrayBuffer>; weight: number }>();
  const add = (name: string, row: () => Float32Array<ArrayBuffer>) => {
    const one = made.get(name);
    made.set(name, { row, weight: (one?.weight ?? 0) + 1 });
  };
  for (const [first, last] of pairs) {
    if (view.kind === 'images')
      for (const frame of [first, last]) add(`${frame}`, () => prepared.get(frame)!);
    else
      for (let crop = 0; crop < CROPS; crop++) {
        const seen = isSquare ? 0 : crop;
        const row = () => pairOf(prepared.get(first)!, prepared.get(last)!, seen, view.size);
        add(`${first} ${last} ${seen}`, row);
      }
  }
  const all = [...made.values()];
  return { rows: all.map(({ row }) => row()), weights: all.map(({ weight }) => weight) };
}

/** A square of two frames as `[3 colours, 2 frames, size, size]`. */
function pairOf(
  first: Float32Array,
  last: Float32Array,
  crop: number,
  size: number,
): Float32Array<ArrayBuffer> {
  const plane = size * size;
  const row = new Float32Array(6 * plane);
  for (let colour = 0; colour < 3; colour++) {
    const from = (crop * 3 + colour) * plane;
    row.set(first.subarray(from, from + plane), 2 * colour * plane);
    row.set(last.subarray(from, from + plane), (2 * colour + 1) * plane);
  }
  return row;
}
