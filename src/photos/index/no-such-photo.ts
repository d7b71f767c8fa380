import { HandspringError } from '../../core/errors.js';

/** The answer of every store to an id that it does not have. */
export function noSuchPhoto(cause?: unknown): HandspringError {
  return new HandspringError(
    'not_found',
    'id: expected a photo of this store, received one that is not there',
    { cause },
  );
}
