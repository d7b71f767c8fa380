import type { FailureForm } from '../failure-form.js';

/** Cohere's clients, and Weaviate's for it, read `message`. */
export const COHERE_FAILURE: FailureForm = {
  render: ({ message, code }) => ({ message, code }),
  schema: {
    type: 'object',
    required: ['message', 'code'],
    properties: { message: { type: 'string' }, code: { type: 'string' } },
  },
};
