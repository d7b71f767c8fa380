import { cosine, norm } from '../../src/core/vectors.js';
import type { Sample } from '../measure/child.js';

/** Why the vectors of the same items cannot be compared: they are not of one length, as the models differ. */
export function findDisagreement(
  name: string,
  reference: readonly number[][],
  vectors: readonly number[][],
): string | undefined {
  const at = vectors.findIndex((vector, index) => vector.length !== reference[index]?.length);
  if (at < 0) return undefined;
  const [wanted, received] = [reference[at]?.length ?? 0, vectors[at]?.length ?? 0];
  return `${name}: expected vectors of ${wanted} numbers as the first server's, received ${received}`;
}

/**
 * How well the vectors of the same items agree: mean and least cosine, and the ratio of the lengths.
 * @throws Error with the disagreement if there is one.
 */
export function compareVectors(
  name: string,
  reference: readonly number[][],
  vectors: readonly number[][],
): Sample[] {
  const disagreement = findDisagreement(name, reference, vectors);
  if (disagreement !== undefined) throw new Error(disagreement);
  const pairs = vectors.map((vector, at) => [reference[at] ?? [], vector] as const);
  const cosines = pairs.map(([a, b]) => cosine(a, b));
  const ratios = pairs.map(([a, b]) => norm(b) / norm(a));
  return [
    { name: `${name}/mean cosine`, unit: '', value: mean(cosines) },
    { name: `${name}/least cosine`, unit: '', value: Math.min(...cosines) },
    { name: `${name}/length ratio`, unit: 'times', value: mean(ratios) },
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}
