import { TransientError, withRetries } from '../../core/retry.js';
import type { RetryHooks, RetryPolicy } from '../../core/retry.js';
import { ModelSourceError } from '../source-error.js';

/**
 * The result of `attempt`, tried again while the hub or the way to it fails for now.
 * @param what What is being done, for the message: `onnx/model.onnx of owner/name`.
 * @throws ModelSourceError `network` after the last try; whatever else `attempt` throws, at once
 */
export async function withHubRetries<T>(
  attempt: () => Promise<T>,
  { what, ...hooks }: RetryHooks & { readonly what: string },
): Promise<T> {
  try {
    return await withRetries(attempt, hooks);
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    throw new ModelSourceError('network', `${what}: ${reasonOf(error, hooks.policy)}`, { cause: error });
  }
}

function reasonOf({ message, retryAfterMs }: TransientError, policy: RetryPolicy): string {
  if (retryAfterMs <= policy.maxRetryAfterMs) return `gave up after ${policy.retries + 1} tries: ${message}`;
  const seconds = Math.ceil(retryAfterMs / 1000);
  return `${message}, and asks to be tried again in ${seconds} s; run the same command then`;
}
