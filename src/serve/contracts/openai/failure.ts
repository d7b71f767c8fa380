import type { ErrorCode } from '../../../core/errors.js';
import type { FailureForm } from '../failure-form.js';

/**
 * An error object, as OpenAI's clients read it; beside it the words again where Jina's and Voyage's look for them (`detail`)
 * and where NVIDIA's do (`message`, and `title` with 422 and 500), as each of them calls this route.
 */
export const OPENAI_FAILURE: FailureForm = {
  render: ({ message, code, field = null }, status) => ({
    error: { message, type: typeOf(code, status), param: field, code },
    detail: message,
    message,
    title: message,
  }),
  // OpenAI's clients try 504 again by themselves: an overload would double.
  headers: ({ code }) => (code === 'deadline' ? { 'x-should-retry': 'false' } : {}),
  schema: {
    type: 'object',
    required: ['error', 'detail', 'message', 'title'],
    properties: {
      error: {
        type: 'object',
        required: ['message', 'type', 'param', 'code'],
        properties: {
          message: { type: 'string' },
          type: {
            enum: ['invalid_request_error', 'authentication_error', 'rate_limit_error', 'server_error'],
          },
          param: { type: ['string', 'null'], description: "The request's key that it is about" },
          code: { type: 'string' },
        },
      },
      detail: { type: 'string' },
      message: { type: 'string' },
      title: { type: 'string' },
    },
  },
};

function typeOf(code: ErrorCode, status: number): string {
  if (code === 'unauthorized') return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
