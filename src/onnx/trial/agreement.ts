import { dot, norm, topK } from '../../core/vectors.js';

/** How near the vectors of one model are to those of another for the same items. */
export interface Agreement {
  readonly items: number;
  readonly cosineMean: number;
  readonly cosineMin: number;
  /** The largest difference of any one number, the vectors scaled to unit length. */
  readonly maxAbs: number;
  /**
   * How well both models agree on who is near whom: for each item, the share of its nearest others (ten, or half of
   * them if they are fewer than twenty) that both name; the mean over all items.
   */
  readonly rankAgreement: number;
}

const MAX_NEIGHBOURS = 10;

/** Compares two lists of vectors, item by item. Throws unless both have the same number of items, at least three. */
export function agreementOf(a: readonly Float32Array[], b: readonly Float32Array[]): Agreement {
  if (a.length !== b.length || a.length < 3) {
    throw new Error(
      `items: expected at least 3, as many from each model, received ${a.length} and ${b.length}`,
    );
  }
  const before = a.map(toUnit);
  const after = b.map(toUnit);
  const cosines = before.map((vector, index) => dot(vector, after[index] ?? vector));
  return {
    items: a.length,
    cosineMean: cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length,
    cosineMin: Math.min(...cosines),
    maxAbs: Math.max(...before.map((vector, index) => largestDifference(vector, after[index] ?? vector))),
    rankAgreement: rankAgreement(before, after),
  };
}

function rankAgreement(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  const count = Math.min(MAX_NEIGHBOURS, Math.ceil((a.length - 1) / 2));
  const shares = a.map((_, index) => {
    const named = new Set(nearest(a, index, count));
    return nearest(b, index, count).filter((other) => named.has(other)).length / count;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** The `count` items nearest to one, itself left out. */
function nearest(vectors: readonly Float64Array[], item: number, count: number): number[] {
  const query = vectors[item] ?? new Float64Array();
  const scoreOf = (index: number) =>
    index === item ? undefined : dot(query, vectors[index] ?? new Float64Array());
  return topK(vectors.length, count, scoreOf).map(({ index }) => index);
}

/** In float64, so that a cosine near 1 has digits left to differ in. Not a number stays so, and fails every bound. */
function toUnit(vector: Float32Array): Float64Array {
  const length = norm(vector);
  return Float64Array.from(vector, (value) => value / length);
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? NaN))), 0);
}
