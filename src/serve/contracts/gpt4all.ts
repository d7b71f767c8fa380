import type { Contract } from './contract.js';
import { oneVectorAnswer } from './one-vector.js';

/**
 * Weaviate's text2vec-gpt4all: `{"text": "a cat"}` → `{"text": "a cat", "vector": […], "dim": 384}`. It shares its path with
 * multi2vec-clip and multi2vec-bind, whose bodies have no `text`.
 */
export const gpt4allContract: Contract = {
  name: 'gpt4all',
  path: '/vectorize',
  only: 'text',
  accepts: (body) =>
    isObject(body) &&
    typeof body['text'] === 'string' &&
    Object.values({ ...body, text: null }).every(asksForNothing),
  parse(body) {
    const { text } = body as { readonly text: string };
    return {
      items: [{ modality: 'text', name: 'text', content: text.toWellFormed() }],
      counts: { texts: 1 },
      render: ({ vectors: [vector] }) => ({ text, vector, dim: vector?.length }),
    };
  },
  operation: {
    summary: 'The vector of one text',
    request: {
      type: 'object',
      required: ['text'],
      additionalProperties: false,
      properties: { text: { type: 'string' } },
    },
    answer: oneVectorAnswer('text'),
    example: { text: 'a cat' },
  },
};

/** Whether a key of `/vectorize` asks for nothing: then what stands beside it is not passed over for its sake. */
export function asksForNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function isObject(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}
