import { HandspringError } from '../../core/errors.js';
import type { ErrorCode } from '../../core/errors.js';
import { kindNamed } from '../media/kinds.js';
import { isAboutCollection, readFailure } from './failure.js';
import type { Standing } from './standing.js';

/** What Weaviate was asked with: the name that its refusal is told under, and the code that one gets. */
export interface Asked {
  readonly name: string;
  readonly code: ErrorCode;
}

export const WITH_TEXT: Asked = { name: 'text', code: 'invalid_request' };
export const WITH_IMAGE: Asked = askedWith('image');

/** With a file of a kind. */
export function askedWith(modality: string): Asked {
  return { name: modality, code: kindNamed(modality).refusedAs };
}

/** The collection that is searched. */
export interface Searched {
  readonly name: string;
  /** Asks Weaviate; called only where its failure may be about the collection itself. */
  readonly standing: () => Promise<Standing>;
}

/** Does `work`, with its errors as `toSearchError` gives them. */
export type Attempt = <T>(asked: Asked, work: () => Promise<T>) => Promise<T>;

/**
 * What Weaviate's failure is to whoever searched: `invalid_image` for an image that the module refused, `not_found` for a
 * collection that is gone, `overloaded` or `not_ready` where another try may do; anything else as it is.
 */
export async function toSearchError(error: unknown, asked: Asked, searched: Searched): Promise<unknown> {
  if (error instanceof HandspringError) return error;
  const { kind, reason } = readFailure(error);
  const options = { cause: error, retryAfterSeconds: 1 };
  if (isAboutCollection(error) || kind === 'unknown') {
    const standing = await searched.standing();
    if (standing === 'starting') return new HandspringError('not_ready', 'Weaviate is starting', options);
    if (standing === 'missing')
      return new HandspringError('not_found', gone(searched.name), { cause: error });
  }
  if (kind === 'busy') return new HandspringError('overloaded', 'the model is busy; try again', options);
  if (kind === 'down')
    return new HandspringError('not_ready', 'Weaviate, or the model behind it, does not answer', options);
  if (kind !== 'refused') return error;
  return new HandspringError(asked.code, `${asked.name}: ${reason}`, { cause: error });
}

/** Attempts to search one collection. */
export function attemptsIn(searched: Searched): Attempt {
  return async (asked, work) => {
    try {
      return await work();
    } catch (error) {
      throw await toSearchError(error, asked, searched);
    }
  };
}

function gone(name: string): string {
  return `the collection ${name} is gone from Weaviate; \`handspring import FOLDER --collection ${name}\` makes it again`;
}
