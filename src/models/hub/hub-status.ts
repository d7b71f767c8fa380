import { ModelSourceError } from '../source-error.js';
import { TransientError } from '../../core/retry.js';

/** What was asked of the hub, for messages. */
export interface HubTarget {
  readonly repository: string;
  readonly revision: string;
  /** A file of the repository; absent when it was its listing. */
  readonly path?: string;
  /** Whether a token was sent. */
  readonly authorised: boolean;
}

/** The error a hub's status means, or `undefined` if the answer is to be read. */
export function statusError(
  status: number,
  retryAfter: string | undefined,
  target: HubTarget,
): Error | undefined {
  if (status < 300 || status === 416) return undefined;
  const what = `${target.path ?? 'the file list'} of ${target.repository}@${target.revision}`;
  if (status === 401 || status === 403) {
    const remedy = target.authorised
      ? 'HF_TOKEN was sent: ask its owner for access to this repository'
      : 'set HF_TOKEN if it is private or gated, and check its name';
    return new ModelSourceError('forbidden', `${what}: the hub answered ${status}; ${remedy}`);
  }
  if (status === 404 || status === 410) {
    return new ModelSourceError(
      'not_found',
      `${what}: the hub has no such repository, revision or file (${status})`,
    );
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return new TransientError(`the hub answered ${status}`, { retryAfterMs: parseRetryAfter(retryAfter) });
  }
  return new ModelSourceError('network', `${what}: expected 200 or a redirect, the hub answered ${status}`);
}

/** `Retry-After` as milliseconds from now: seconds or a date; 0 if absent or unreadable. */
export function parseRetryAfter(header: string | undefined, now = Date.now()): number {
  if (header === undefined) return 0;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
