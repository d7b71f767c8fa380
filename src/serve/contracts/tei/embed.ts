import { parseDimensions, toApiVectors } from '../api-vectors.js';
import type { Contract, ContractRequest, Served } from '../contract.js';
import { explainTokenIds } from '../openai/input.js';
import { namedPrompt, withPrompt } from '../prompts.js';
import { parseTextOrTexts } from '../texts.js';
import { booleanOf, objectOf, wordOf, wrong } from '../wrong.js';

/**
 * Texts as clients of Hugging Face's text-embeddings-inference ask, Weaviate's text2vec-huggingface among them:
 * `{"inputs": […]}` → the bare list of vectors. Their shape is that of its router (`router/src/http/types.rs`).
 */
export const teiContract: Contract = {
  name: 'tei',
  path: '/embed',
  only: 'text',
  countsByKind: true,
  explainTooMany: explainTokenIds,
  parse: parseEmbedRequest,
  operation: {
    summary: "One vector for each text, as clients of Hugging Face's text-embeddings-inference ask",
    request: {
      type: 'object',
      required: ['inputs'],
      properties: {
        inputs: {
          description: 'A text, or a list',
          anyOf: [{ type: 'string' }, { type: 'array', minItems: 1, items: { type: 'string' } }],
        },
        normalize: {
          type: ['boolean', 'null'],
          description: 'Vectors of length 1, unless false: then as the model gives them',
        },
        truncate: {
          type: ['boolean', 'null'],
          description:
            "false refuses a text longer than the model's context; else LONG_TEXT says what becomes of it",
        },
        prompt_name: { type: ['string', 'null'], description: "One of the model's prompts: see /meta" },
        // No enum: generators of clients make one name of both.
        truncation_direction: { type: ['string', 'null'], pattern: '^[Rr]ight$' },
        dimensions: {
          type: ['integer', 'null'],
          description: 'All, or a shorter length that the model was trained to be cut to: see /meta',
        },
      },
    },
    answer: { type: 'array', items: { $ref: '#/components/schemas/Vector' } },
    errors: ['token_ids_not_supported', 'text_too_long'],
    example: { inputs: ['a cat'] },
  },
};

/** Keys that are not known are ignored: `options` of Hugging Face's own service, `parameters`, … */
function parseEmbedRequest(body: unknown, served: Served): ContractRequest {
  const { model } = served;
  const asked = objectOf(body, 'inputs');
  const whole = !booleanOf('truncate', asked['truncate'], true);
  const normalize = booleanOf('normalize', asked['normalize'], true);
  const dimensions = parseDimensions(asked['dimensions'], model);
  refuseLeft(asked['truncation_direction']);
  const prompt = namedPrompt('prompt_name', asked['prompt_name'], model);
  const items = withPrompt(parseTextOrTexts('inputs', asked['inputs'], served), prompt);
  return {
    items,
    whole,
    counts: { texts: items.length },
    render: ({ vectors }) =>
      normalize
        ? toApiVectors(vectors, model, dimensions)
        : vectors.map((vector) => vector.subarray(0, dimensions)),
    headers: ({ truncated }) =>
      truncated.length > 0 ? { 'Handspring-Truncated-Texts': truncated.join(',') } : {},
  };
}

/** Texts are cut at their end; to cut them at their start would be another vector. */
function refuseLeft(direction: unknown): void {
  if (direction === undefined || direction === null || direction === 'right' || direction === 'Right') return;
  throw wrong('truncation_direction', '"right"', wordOf(direction));
}
