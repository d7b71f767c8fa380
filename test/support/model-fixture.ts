import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../src/core/own-module.js';
import { REFERENCE_MAX_ABS, REFERENCE_MIN_COSINE } from './tolerance.js';

const FIXTURES = new URL('test/fixtures/', ROOT);

/** What the reference makes of images (by file name) and texts: vectors as the model gives them, not scaled. */
export interface Reference {
  readonly images: Readonly<Record<string, readonly number[]>>;
  readonly texts: Readonly<Record<string, readonly number[]>>;
}

/** The folder of a tiny model made by `make_models.py`. */
export function fixtureFolder(name: string): string {
  return fileURLToPath(new URL(`models/${name}`, FIXTURES));
}

/** @param file `clip/reference.json`, or another of `test/fixtures/models`. */
export function readReference(file: string): Reference {
  return JSON.parse(readFileSync(new URL(`models/${file}`, FIXTURES), 'utf8')) as Reference;
}

/** An image of `test/fixtures/pixels`, encoded. */
export function readPixelFile(name: string): Buffer {
  return readFileSync(new URL(`pixels/${name}`, FIXTURES));
}

export function toUnit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

/** Largest difference of one number, as a share of the expected vector's length. */
export function distance(vector: ArrayLike<number>, expected: readonly number[]): number {
  if (vector.length !== expected.length) return Infinity;
  const difference = Math.max(...expected.map((x, i) => Math.abs(x - (vector[i] ?? NaN))));
  return difference / Math.hypot(...expected);
}

export function cosine(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [toUnit(a), toUnit(b)];
  return x.reduce((sum, value, i) => sum + value * (y[i] ?? NaN), 0);
}

/** The names of the vectors that are not the reference's, each with how far off it is. Empty is good. */
export function unlike(
  vectors: readonly (readonly number[])[],
  expected: readonly (readonly [name: string, vector: readonly number[]])[],
  maxAbs = REFERENCE_MAX_ABS,
): string[] {
  const wrong = expected.flatMap(([name, reference], index) => {
    const vector = vectors[index] ?? [];
    const far = distance(vector, reference);
    const near = maxAbs > REFERENCE_MAX_ABS || cosine(vector, reference) >= REFERENCE_MIN_COSINE;
    return far <= maxAbs && near ? [] : [`${name}: ${far}`];
  });
  if (vectors.length !== expected.length)
    wrong.push(`${vectors.length} vectors for ${expected.length} items`);
  return wrong;
}
