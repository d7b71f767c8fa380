import type { FailureKind } from './failure-kind.js';

/** A Weaviate that cannot be talked to: one line with its address, what is wrong, and what to set. */
export class NoConnectionError extends Error {
  override readonly name = 'NoConnectionError';

  /** @param kind Whether waiting may help. */
  constructor(
    readonly kind: Extract<FailureKind, 'down' | 'denied'>,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
