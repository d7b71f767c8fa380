import { norm } from './vectors.js';

/**
 * How the vectors of an item's rows become the item's: their mean; the mean of rows of length 1, brought back to it; or the mean
 * of rows as the model gives them, brought to length 1.
 */
export type Join = 'mean' | 'mean-unit' | 'scaled-mean';

/**
 * One vector of several, each counting by its weight (1 where none is given). A single vector is handed back as it is, but for
 * `scaled-mean`.
 * @param weights As many as there are vectors; only their ratios matter.
 */
export function joinVectors(
  vectors: readonly Float32Array[],
  join: Join,
  weights: readonly number[] = vectors.map(() => 1),
): Float32Array {
  const [first] = vectors;
  if (first === undefined) throw new Error('expected at least one vector to join, received none');
  if (vectors.length === 1 && join !== 'scaled-mean') return first;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float64Array(first.length);
  vectors.forEach((vector, at) => {
    const weight = weights[at]!;
    for (let i = 0; i < mean.length; i++) mean[i]! += (vector[i]! * weight) / total;
  });
  const length = join === 'mean' ? 1 : norm(mean) || 1;
  return Float32Array.from(mean, (x) => x / length);
}
