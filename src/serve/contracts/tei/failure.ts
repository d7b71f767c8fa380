import type { ErrorCode } from '../../../core/errors.js';
import type { FailureForm } from '../failure-form.js';

/** The words of text-embeddings-inference for what went wrong (`ErrorType` of its router). */
const TYPES: Readonly<Partial<Record<ErrorCode, string>>> = {
  text_too_long: 'Validation',
  token_ids_not_supported: 'Tokenizer',
  overloaded: 'Overloaded',
  rate_limited: 'Overloaded',
  not_ready: 'Unhealthy',
  model_unavailable: 'Unhealthy',
};

/** Its clients read `error`, which Weaviate wants to be a string, and `error_type`. */
export const TEI_FAILURE: FailureForm = {
  render: ({ message, code }, status) => ({
    error: message,
    error_type: TYPES[code] ?? (status >= 500 ? 'Backend' : 'Validation'),
    code,
  }),
  schema: {
    type: 'object',
    required: ['error', 'error_type', 'code'],
    properties: {
      error: { type: 'string' },
      error_type: { enum: ['Validation', 'Tokenizer', 'Overloaded', 'Unhealthy', 'Backend'] },
      code: { type: 'string' },
    },
  },
};
