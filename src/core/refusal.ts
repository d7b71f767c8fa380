import { HandspringError } from './errors.js';
import type { ErrorCode, LimitName } from './errors.js';

/** An error for the caller as it comes back from a thread: one that is thrown across threads would lose its code. */
export interface Refusal {
  readonly refused: true;
  readonly code: ErrorCode;
  readonly message: string;
  readonly reason: string | undefined;
  readonly limit: LimitName | undefined;
}

/** @throws What it was given, if that is no HandspringError: a bug. */
export function toRefusal(error: unknown): Refusal {
  if (!(error instanceof HandspringError)) throw error;
  const { code, message, reason, limit } = error;
  return { refused: true, code, message, reason, limit };
}

export function fromRefusal({ code, message, reason, limit }: Refusal): HandspringError {
  return new HandspringError(code, message, {
    ...(reason !== undefined && { reason }),
    ...(limit !== undefined && { limit }),
  });
}

export function isRefusal(outcome: object): outcome is Refusal {
  return 'refused' in outcome;
}
