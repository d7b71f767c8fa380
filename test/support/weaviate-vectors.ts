import { expect } from 'chai';
import { cosine } from '../../src/core/vectors.js';

/** Largest cosine distance at which two vectors count as the same one: float32 sums in another order, and no more. */
const SAME = 1e-5;

/** 1 − cosine, as Weaviate's `distance` with its default metric. */
export function cosineDistance(a: readonly number[], b: readonly number[]): number {
  expect(a.length).to.equal(b.length);
  return 1 - cosine(a, b);
}

export function expectSameVector(actual: readonly number[] | undefined, expected: readonly number[]): void {
  expect(actual, 'a stored vector').to.be.an('array');
  expect(cosineDistance(actual ?? [], expected)).to.be.below(SAME);
}

/** The sum of vectors, each times its weight (1 if none are given). */
export function combine(vectors: readonly (readonly number[])[], weights?: readonly number[]): number[] {
  const length = vectors[0]?.length ?? 0;
  return Array.from({ length }, (_, i) =>
    vectors.reduce((sum, vector, at) => sum + (vector[i] ?? 0) * (weights?.[at] ?? 1), 0),
  );
}
