/** Numbers in a row, however they are stored. Sums are taken in float64. */
export type Vector = ArrayLike<number>;

/**
 * The inner product of `a` with as many numbers of `b`; not a number if `b` has fewer.
 * @param start Where the vector begins in `b`, which may hold many one after the other.
 */
export function dot(a: Vector, b: Vector, start = 0): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[start + i] ?? NaN);
  return sum;
}

/** The length of a vector (L2). */
export function norm(a: Vector): number {
  return Math.sqrt(dot(a, a));
}

/** The cosine of the angle between two vectors, -1 to 1; not a number if one of them has no length. */
export function cosine(a: Vector, b: Vector): number {
  return dot(a, b) / (norm(a) * norm(b));
}

/** A vector of length 1 in the same direction; one without a length stays as it is. */
export function toUnit(a: Float32Array): Float32Array {
  const length = norm(a);
  if (length === 0) return a;
  const unit = new Float32Array(a.length);
  for (let i = 0; i < unit.length; i++) unit[i] = a[i]! / length;
  return unit;
}

/** The first numbers of a vector, brought to length 1: a vector of its own where the model was trained to be cut so. */
export function shorten(a: Float32Array, dimensions: number): Float32Array {
  return toUnit(a.subarray(0, dimensions));
}

/** One of many with its score. */
export interface Ranked {
  readonly index: number;
  readonly score: number;
}

/**
 * The `limit` of `count` things with the highest scores, best first; equal scores keep the order of indices.
 * @param scoreOf The score of a thing, or `undefined` to leave it out, as one that is not a number is.
 */
export function topK(count: number, limit: number, scoreOf: (index: number) => number | undefined): Ranked[] {
  const best: Ranked[] = [];
  if (limit < 1) return best;
  for (let index = 0; index < count; index++) {
    const score = scoreOf(index);
    if (score === undefined || Number.isNaN(score)) continue;
    const worst = best[limit - 1];
    if (worst !== undefined && score <= worst.score) continue;
    let place = best.length;
    while (place > 0 && (best[place - 1] as Ranked).score < score) place--;
    best.splice(place, 0, { index, score });
    if (best.length > limit) best.pop();
  }
  return best;
}
