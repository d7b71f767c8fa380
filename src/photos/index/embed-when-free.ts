import type { EmbedOptions, Embedder, Item } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import { RETRY_POLICY, TransientError, withRetries } from '../../core/retry.js';
import type { RetryPolicy } from '../../core/retry.js';

/** An import beside the index may keep the engine busy for hours. */
const UNTIL_FREE: RetryPolicy = {
  ...RETRY_POLICY,
  retries: Infinity,
  minDelayMs: 250,
  maxDelayMs: 8000,
  maxRetryAfterMs: Infinity,
};

export interface Patience {
  readonly signal?: AbortSignal;
  /** Injected in tests. */
  readonly policy?: RetryPolicy;
}

/**
 * The vector of one photo or sound, as unhurried background work: while the engine is `overloaded` or `not_ready` it waits, as long as
 * the engine asks for and longer each time, up to eight seconds, and tries again.
 */
export function embedWhenFree(
  embedder: Embedder,
  item: Item,
  { signal, policy = UNTIL_FREE }: Patience = {},
): Promise<Float32Array> {
  const attempt = async () => {
    try {
      return (await embedOne(embedder, item, { bulk: true, ...(signal && { signal }) })).vector;
    } catch (error) {
      throw isBusy(error) ? asTransient(error) : error;
    }
  };
  return withRetries(attempt, { policy, signal });
}

function isBusy(error: unknown): error is HandspringError {
  return error instanceof HandspringError && (error.code === 'overloaded' || error.code === 'not_ready');
}

function asTransient(cause: HandspringError): TransientError {
  return new TransientError(cause.message, { cause, retryAfterMs: (cause.retryAfterSeconds ?? 0) * 1000 });
}

/** The vector of one item, and whether it was cut. */
export async function embedOne(
  embedder: Embedder,
  item: Item,
  options: EmbedOptions,
): Promise<{ readonly vector: Float32Array; readonly truncated: boolean }> {
  const { vectors, truncated } = await embedder.embed([item], options);
  const [vector] = vectors;
  if (vector === undefined || vectors.length !== 1) {
    throw new HandspringError(
      'encoder_failed',
      `${item.modality}: expected 1 vector, received ${vectors.length}`,
    );
  }
  return { vector, truncated: truncated.length > 0 };
}
