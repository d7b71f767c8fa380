import { HandspringError } from '../../../core/errors.js';
import type { HandspringErrorOptions } from '../../../core/errors.js';

/** Why an image was refused, as a closed set for the metrics. */
export const INVALID_IMAGE_REASONS = [
  'empty',
  'unknown_format',
  'unsupported',
  'too_many_pixels',
  'truncated',
  'corrupt',
] as const;

export type InvalidImageReason = (typeof INVALID_IMAGE_REASONS)[number];

/** An `invalid_image` error in the house's form: *expected X, received Y*. */
export function invalidImage(
  reason: InvalidImageReason,
  expected: string,
  received: string,
  options: Pick<HandspringErrorOptions, 'cause' | 'limit'> = {},
): HandspringError {
  return new HandspringError('invalid_image', `expected ${expected}, received ${received}`, {
    ...options,
    reason,
  });
}

/** The error for a file that ends before its pixels do. */
export function truncatedImage(format: string, cause?: unknown): HandspringError {
  return invalidImage('truncated', `a complete ${format} image`, 'one that ends early', { cause });
}

/** The error for a file that breaks its own format. */
export function corruptImage(format: string, cause?: unknown): HandspringError {
  return invalidImage('corrupt', `a readable ${format} image`, 'one with broken data', { cause });
}

/** The error for a valid file that this service does not read, or that uses something of its format which is not read. */
export function unsupportedImage(expected: string, received: string): HandspringError {
  return invalidImage('unsupported', expected, received);
}
