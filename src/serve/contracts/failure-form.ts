import type { HandspringError } from '../../core/errors.js';

/** What callers of some routes read of a failure. */
export interface FailureForm {
  /** The body. */
  render(error: HandspringError, status: number): object;
  /** Headers beside those that every failure has. */
  headers?(error: HandspringError): Readonly<Record<string, string>>;
  /** JSON Schema of the body. */
  readonly schema: object;
}

/** Of Weaviate's containers: `{"error": "<message>", "code": "<code>"}`. Weaviate wants a string there. */
export const NATIVE_FAILURE: FailureForm = {
  render: ({ message, code }) => ({ error: message, code }),
  schema: { $ref: '#/components/schemas/Error' },
};
