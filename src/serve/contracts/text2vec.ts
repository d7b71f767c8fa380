import { nameOf } from '../../core/name-of.js';
import { shorten } from '../../core/vectors.js';
import { parseDimensions } from './api-vectors.js';
import type { Contract, ContractRequest, Served } from './contract.js';
import { promptOf } from './prompts.js';
import type { Role } from './prompts.js';
import { wrong } from './wrong.js';
import { oneVectorAnswer } from './one-vector.js';

/**
 * Weaviate's text2vec-transformers and text2vec-model2vec: `{"text": "a cat", "config": {…}}` → `{"text": "a cat", "vector": […],
 * "dim": 384}`. Of the config `dimensions` counts, and `task_type` where the model has a prompt for it; a tower has its own pooling,
 * whatever `pooling_strategy` says.
 */
export const text2vecContract: Contract = {
  name: 'text2vec',
  path: '/vectors',
  only: 'text',
  parse: parseTextRequest,
  operation: {
    summary: 'The vector of one text',
    request: {
      type: 'object',
      required: ['text'],
      properties: {
        text: { type: 'string' },
        config: {
          type: ['object', 'null'],
          properties: {
            task_type: { description: '"query" or "passage": chooses a prompt, if the model has one' },
            dimensions: {
              type: ['integer', 'null'],
              description: 'All, or a shorter length that the model was trained to be cut to: see /meta',
            },
          },
        },
        image: { type: 'null' },
      },
    },
    answer: oneVectorAnswer('text'),
    example: { text: 'a cat', config: { pooling_strategy: 'masked_mean', task_type: 'passage' } },
  },
};

function parseTextRequest(body: unknown, { model }: Served): ContractRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw wrong('body', 'a JSON object with "text" or "image"', nameOf(body));
  const { text, image, config = null } = body as Readonly<Record<string, unknown>>;
  if (typeof text !== 'string') throw wrong('text', 'a string, or an image in its place', nameOf(text));
  if (image !== undefined && image !== null) throw wrong('body', 'a text or an image', 'both');
  if (typeof config !== 'object' || Array.isArray(config)) throw wrong('config', 'an object', nameOf(config));
  const settings = (config ?? {}) as Readonly<Record<string, unknown>>;
  const dimensions = parseDimensions(settings['dimensions'], model, 'config.dimensions');
  const prompt = promptOf(roleOf(settings['task_type']), model);
  return {
    items: [{ modality: 'text', name: 'text', content: text.toWellFormed(), prompt }],
    counts: { texts: 1 },
    render: ({ vectors: [whole = new Float32Array()] }) => {
      const vector = dimensions < whole.length ? shorten(whole, dimensions) : whole;
      return { text, vector, dim: vector.length };
    },
  };
}

/** `passage` on import, `query` for a search by words; other words say nothing. */
function roleOf(task: unknown): Role | undefined {
  return task === 'query' || task === 'passage' ? task : undefined;
}
