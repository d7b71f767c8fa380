import type { Coefficients, FilterName } from './coefficients.js';
import { computeCoefficients } from './coefficients.js';

/** One axis of a resizing, in the layout that assembly/resample.ts reads. */
export interface FilterTable {
  /** First source pixel that any target pixel takes, and the one after the last. */
  readonly sourceStart: number;
  readonly sourceEnd: number;
  /** First source pixel of each target pixel, counted from `sourceStart`. */
  readonly starts: Uint32Array;
  /** `[targets, groups, 2, taps of a group]`: the weights' high halves, then their low ones. */
  readonly weights: Int16Array;
  readonly groups: number;
}

/** Taps that the kernel takes at once: pixels of a row, rows of a column. */
export const ROW_GROUP = 4;
export const COLUMN_GROUP = 2;

const HALF_BITS = 11;
const HALF_MASK = (1 << HALF_BITS) - 1;

const MAX_CACHED = 32;
const MAX_CACHED_BYTES = 128 * 1024;
const cache = new Map<string, FilterTable>();

/**
 * The table for target pixels `[first, first + count)` when `source` pixels become `target`, its taps in groups of
 * `groupTaps`. Photos come in few sizes, so the last ones used are kept.
 */
export function filterTable(
  source: number,
  target: number,
  first: number,
  count: number,
  filter: FilterName,
  groupTaps: number,
): FilterTable {
  const key = [source, target, first, count, filter, groupTaps].join();
  const table = cache.get(key) ?? pack(computeCoefficients(source, target, first, count, filter), groupTaps);
  cache.delete(key);
  if (table.weights.byteLength <= MAX_CACHED_BYTES) cache.set(key, table);
  if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value!);
  return table;
}

function pack({ starts, counts, weights, stride }: Coefficients, groupTaps: number): FilterTable {
  const targets = starts.length;
  const groups = Math.ceil(Math.max(...counts) / groupTaps);
  const packed = new Int16Array(targets * groups * groupTaps * 2);
  for (let target = 0; target < targets; target++) {
    for (let tap = 0; tap < counts[target]!; tap++) {
      const weight = weights[target * stride + tap]!;
      const group = target * groups + Math.floor(tap / groupTaps);
      const at = group * groupTaps * 2 + (tap % groupTaps);
      packed[at] = weight >> HALF_BITS;
      packed[at + groupTaps] = weight & HALF_MASK;
    }
  }
  const sourceStart = starts[0]!;
  return {
    sourceStart,
    sourceEnd: starts[targets - 1]! + counts[targets - 1]!,
    starts: Uint32Array.from(starts, (start) => start - sourceStart),
    weights: packed,
    groups,
  };
}
