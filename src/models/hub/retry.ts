import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { ModelSourceError } from '../source-error.js';

/** A failure that another try may not meet: a broken connection, a stall, 429, 5xx, bytes that ended early. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  /** How long the other side asked to be left alone, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(message: string, options: { readonly retryAfterMs?: number; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

export interface RetryPolicy {
  /** Tries after the first. A try that made progress is not counted. */
  readonly retries: number;
  /** The first pause, in milliseconds; doubled each time up to `maxDelayMs`, with jitter. */
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  /** The longest `Retry-After` that is waited for, in milliseconds; asked for more, the download fails at once. */
  readonly maxRetryAfterMs: number;
  /** How a `Retry-After` is waited for. */
  readonly wait: (ms: number) => Promise<unknown>;
}

export const RETRY_POLICY: RetryPolicy = {
  retries: 6,
  minDelayMs: 500,
  maxDelayMs: 20_000,
  maxRetryAfterMs: 120_000,
  wait: (ms) => sleep(ms),
};

export interface RetryHooks {
  /** What is being done, for the message: `onnx/model.onnx of owner/name`. */
  readonly what: string;
  readonly policy: RetryPolicy;
  /** Whether the last try got further than the one before it. */
  readonly progressed?: () => Promise<boolean>;
  readonly onRetry?: (reason: string) => void;
}

/**
 * The result of `attempt`, tried again with growing pauses while it throws `TransientError`.
 *
 * @throws ModelSourceError `network` after the last try; whatever else `attempt` throws, at once
 */
export async function withRetries<T>(attempt: () => Promise<T>, hooks: RetryHooks): Promise<T> {
  const { policy } = hooks;
  try {
    return await pRetry(attempt, {
      retries: policy.retries,
      minTimeout: policy.minDelayMs,
      maxTimeout: policy.maxDelayMs,
      randomize: true,
      shouldRetry: ({ error }) => error instanceof TransientError,
      shouldConsumeRetry: async () => !(await hooks.progressed?.()),
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (!(error instanceof TransientError)) return;
        if (error.retryAfterMs > policy.maxRetryAfterMs)
          throw new ModelSourceError('network', longWait(hooks.what, error));
        if (retriesLeft > 0) hooks.onRetry?.(error.message);
        if (error.retryAfterMs > 0 && retriesLeft > 0) await policy.wait(error.retryAfterMs);
      },
    });
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    throw new ModelSourceError(
      'network',
      `${hooks.what}: gave up after ${policy.retries + 1} tries: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

function longWait(what: string, error: TransientError): string {
  const seconds = Math.ceil(error.retryAfterMs / 1000);
  return `${what}: ${error.message}, and asks to be tried again in ${seconds} s; run the same command then`;
}
