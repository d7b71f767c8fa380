import { HandspringError } from '../../core/errors.js';
import type { ErrorCode } from '../../core/errors.js';
import { readFailure } from './failure.js';

/** Weaviate's words, over gRPC and in REST, for a class that is not in its schema. */
const NO_COLLECTION =
  /could not find class|class not found|no such class|class .* (?:not found|does not exist)/i;

/** What Weaviate was asked with: the name that its refusal is told under, and the code that one gets. */
export interface Asked {
  readonly name: string;
  readonly code: ErrorCode;
}

export const WITH_TEXT: Asked = { name: 'text', code: 'invalid_request' };
export const WITH_IMAGE: Asked = { name: 'image', code: 'invalid_image' };

/**
 * What Weaviate's failure is to whoever searched: `invalid_image` for an image that the module refused, `overloaded` or
 * `not_ready` where another try may do; anything else as it is.
 */
export function toSearchError(error: unknown, asked: Asked): unknown {
  if (error instanceof HandspringError) return error;
  const { kind, reason } = readFailure(error);
  if (NO_COLLECTION.test(reason)) {
    return new HandspringError(
      'not_found',
      'the collection is gone from Weaviate; handspring import makes it again',
      {
        cause: error,
      },
    );
  }
  const options = { cause: error, retryAfterSeconds: 1 };
  if (kind === 'busy') return new HandspringError('overloaded', 'the model is busy; try again', options);
  if (kind === 'down')
    return new HandspringError('not_ready', 'Weaviate, or the model behind it, does not answer', options);
  if (kind !== 'refused') return error;
  return new HandspringError(asked.code, `${asked.name}: ${reason}`, { cause: error });
}

/** Does `work`, with its errors as `toSearchError` gives them. */
export async function orSearchError<T>(asked: Asked, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toSearchError(error, asked);
  }
}
