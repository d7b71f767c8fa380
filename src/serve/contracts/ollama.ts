import { parseDimensions, toApiVectors } from './api-vectors.js';
import type { Contract, ContractRequest, Served } from './contract.js';
import { explainTokenIds } from './openai/input.js';
import { checkModelName } from './openai/model-name.js';
import { parseTextOrTexts } from './texts.js';
import { booleanOf, objectOf } from './wrong.js';

const NANOSECONDS = 1e6;

/** Texts as clients of Ollama ask, Weaviate's text2vec-ollama among them: `{"model": …, "input": […]}` → `{"embeddings": […]}`. */
export const ollamaContract: Contract = {
  name: 'ollama',
  path: '/api/embed',
  only: 'text',
  countsByKind: true,
  explainTooMany: explainTokenIds,
  parse: parseEmbedRequest,
  operation: {
    summary: 'One vector of length 1 for each text, as clients of Ollama ask',
    request: {
      type: 'object',
      properties: {
        model: {
          type: ['string', 'null'],
          description: 'Its own name or one of MODEL_ALIASES, if any; with or without :latest',
        },
        input: {
          description: 'A text, or a list; none for no vectors',
          anyOf: [{ type: ['string', 'null'] }, { type: 'array', items: { type: 'string' } }],
        },
        truncate: {
          type: ['boolean', 'null'],
          description: "false refuses a text longer than the model's context",
        },
        dimensions: {
          type: ['integer', 'null'],
          description: 'All, or a shorter length that the model was trained to be cut to: see /meta',
        },
      },
    },
    answer: {
      type: 'object',
      required: ['model', 'embeddings', 'total_duration', 'load_duration', 'prompt_eval_count'],
      properties: {
        model: { type: 'string' },
        embeddings: { type: 'array', items: { $ref: '#/components/schemas/Vector' } },
        total_duration: { type: 'integer', description: 'Nanoseconds' },
        load_duration: { const: 0 },
        prompt_eval_count: { type: 'integer', description: 'Tokens of all texts' },
      },
    },
    errors: ['model_not_found', 'token_ids_not_supported', 'text_too_long'],
    example: { model: null, input: ['a cat'] },
  },
};

/** Keys that are not known are ignored: `options`, `keep_alive`. */
function parseEmbedRequest(body: unknown, served: Served): ContractRequest {
  const { model } = served;
  const asked = objectOf(body, 'input');
  checkModelName(withoutLatest(asked['model']), model);
  const whole = !booleanOf('truncate', asked['truncate'], true);
  const dimensions = parseDimensions(asked['dimensions'], model);
  const input = asked['input'] ?? '';
  const isNothing = input === '' || (Array.isArray(input) && input.length === 0);
  const items = isNothing ? [] : parseTextOrTexts('input', input, served);
  return {
    items,
    whole,
    counts: { texts: items.length },
    render: ({ vectors, tokens, timings: { prepareMs, queueMs, encodeMs } }) => ({
      model: model.name,
      embeddings: toApiVectors(vectors, model, dimensions),
      total_duration: Math.round((prepareMs + queueMs + encodeMs) * NANOSECONDS),
      load_duration: 0,
      prompt_eval_count: tokens,
    }),
  };
}

/** Ollama's clients add the tag that it takes for none. */
function withoutLatest(name: unknown): unknown {
  return typeof name === 'string' ? name.replace(/:latest$/, '') : name;
}
