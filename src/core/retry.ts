import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';

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
  /** The longest wait that the other side may ask for, in milliseconds; asked for more, there is no other try. */
  readonly maxRetryAfterMs: number;
  /** How that is waited for; given up on the signal. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

export const RETRY_POLICY: RetryPolicy = {
  retries: 6,
  minDelayMs: 500,
  maxDelayMs: 20_000,
  maxRetryAfterMs: 120_000,
  wait: (ms, signal) => sleep(ms, undefined, signal && { signal }),
};

export interface RetryHooks {
  readonly policy: RetryPolicy;
  /** Aborted when nobody waits for the result any more. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the last try got further than the one before it. */
  readonly progressed?: () => Promise<boolean>;
  /** Told before another try. */
  readonly onRetry?: (reason: string) => void;
}

/**
 * The result of `attempt`, tried again with growing pauses while it throws `TransientError`.
 *
 * @throws The last `TransientError`, where tries or patience have run out; whatever else `attempt` throws, at once; the
 * signal's reason
 */
export function withRetries<T>(attempt: () => Promise<T>, hooks: RetryHooks): Promise<T> {
  const { policy, signal } = hooks;
  return pRetry(attempt, {
    retries: policy.retries,
    minTimeout: policy.minDelayMs,
    maxTimeout: policy.maxDelayMs,
    randomize: true,
    ...(signal && { signal }),
    shouldRetry: ({ error }) =>
      error instanceof TransientError && error.retryAfterMs <= policy.maxRetryAfterMs,
    shouldConsumeRetry: async () => !(await hooks.progressed?.()),
    onFailedAttempt: async ({ error, retriesLeft }) => {
      if (!(error instanceof TransientError) || error.retryAfterMs > policy.maxRetryAfterMs) return;
      if (retriesLeft === 0) return;
      hooks.onRetry?.(error.message);
      if (error.retryAfterMs > 0) await policy.wait(error.retryAfterMs, signal);
    },
  });
}
