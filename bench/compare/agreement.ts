import type { Sample } from '../measure/child.js';

/**
 * How well the vectors of the same items agree: mean and least cosine, and the ratio of the lengths.
 * @throws Error if the two servers' vectors are not of one length: their models differ.
 */
export function compareVectors(
  name: string,
  reference: readonly number[][],
  vectors: readonly number[][],
): Sample[] {
  const pairs = vectors.map((vector, at) => [reference[at] ?? [], vector] as const);
  for (const [a, b] of pairs) {
    if (a.length !== b.length) {
      throw new Error(
        `${name}: expected vectors of ${a.length} numbers as the first server's, received ${b.length}`,
      );
    }
  }
  const cosines = pairs.map(([a, b]) => dot(a, b) / (norm(a) * norm(b)));
  const ratios = pairs.map(([a, b]) => norm(b) / norm(a));
  return [
    { name: `${name}/mean cosine`, unit: '', value: mean(cosines) },
    { name: `${name}/least cosine`, unit: '', value: Math.min(...cosines) },
    { name: `${name}/length ratio`, unit: 'times', value: mean(ratios) },
  ];
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, at) => sum + x * (b[at] ?? NaN), 0);
}

function norm(a: readonly number[]): number {
  return Math.sqrt(dot(a, a));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}
