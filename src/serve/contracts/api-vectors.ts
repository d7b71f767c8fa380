import { HandspringError } from '../../core/errors.js';
import { shorten, toUnit } from '../../core/vectors.js';
import { nameOf } from '../../core/name-of.js';
import type { ServedModel } from './contract.js';

/**
 * Vectors as the APIs of other services give them: of length 1 whatever NORMALIZE says, as their clients compare them by inner
 * products.
 * @param dimensions As `parseDimensions` gives it.
 */
export function toApiVectors(
  vectors: readonly Float32Array[],
  { normalized, dimensions: all }: ServedModel,
  dimensions = all,
): readonly Float32Array[] {
  if (dimensions < all) return vectors.map((vector) => shorten(vector, dimensions));
  return normalized ? vectors : vectors.map(toUnit);
}

/**
 * How many numbers a vector is to have: all where nothing is asked for, `null` or 0; fewer where the model was trained for it.
 * @param field The key that it stands under.
 * @throws HandspringError that names the model, what it gives and what was asked for.
 */
export function parseDimensions(
  value: unknown,
  { name, dimensions, matryoshkaDimensions }: ServedModel,
  field = 'dimensions',
): number {
  if (value === undefined || value === null || value === 0 || value === dimensions) return dimensions;
  if (matryoshkaDimensions.includes(value as number)) return value as number;
  const lengths = [...matryoshkaDimensions, dimensions].join(' or ');
  const received = typeof value === 'number' ? String(value) : nameOf(value);
  throw new HandspringError(
    'invalid_request',
    `${field}: expected ${lengths}, the length of the vectors of ${name}, received ${received}`,
    { field },
  );
}
