import type { Modality } from '../../../core/modality.js';
import type { JsonOperation } from '../../openapi/operation.js';

const IMAGE = {
  description: 'base64, a data: URI, or an address where IMAGE_URLS allows its host',
  anyOf: [{ type: 'string' }, { type: 'object', required: ['url'], properties: { url: { type: 'string' } } }],
};

const SOUND = { type: 'string', description: 'base64 or a data: URI, where an audio tower is loaded' };

const WORD = (...words: readonly string[]) => ({ enum: [...words, null] });

const DIMENSIONS = 'All, or a shorter length that the model was trained to be cut to: see /meta';

/** What an item may be beside a string, by the modality that is its key. */
const KINDS: Readonly<Record<Modality, object>> = { text: { type: 'string' }, image: IMAGE, audio: SOUND };

/** @param modalities Those that there is a tower for. */
export const embeddingsRequest = (modalities: readonly Modality[]) => ({
  type: 'object',
  required: ['input'],
  properties: {
    input: {
      description: 'A text, or a list. A string that begins with data:image/ is an image',
      anyOf: [
        { type: 'string' },
        {
          type: 'array',
          minItems: 1,
          items: {
            anyOf: [
              { type: 'string' },
              ...Object.entries(KINDS)
                .filter(([modality]) => modalities.includes(modality))
                .map(([modality, schema]) => ({
                  type: 'object',
                  required: [modality],
                  properties: { [modality]: schema },
                })),
            ],
          },
        },
      ],
    },
    model: { type: ['string', 'null'], description: 'Its own name or one of MODEL_ALIASES, if any' },
    modality: { ...WORD('text', 'image'), description: 'What all strings are' },
    encoding_format: { ...WORD('float', 'base64'), description: 'base64 is of float32, little-endian' },
    embedding_type: { ...WORD('float', 'base64'), description: "Jina's name of encoding_format" },
    dimensions: { type: ['integer', 'null'], description: DIMENSIONS },
  },
});

/** What the OpenAPI document tells of `/v1/embeddings`. */
export const EMBEDDINGS_OPERATION: JsonOperation = {
  summary: 'One vector of length 1 for each text and image, in the order given, as clients of OpenAI ask',
  request: embeddingsRequest(Object.keys(KINDS)),
  answer: {
    type: 'object',
    required: ['object', 'model', 'data', 'usage'],
    properties: {
      object: { const: 'list' },
      model: { type: 'string' },
      data: {
        type: 'array',
        items: {
          type: 'object',
          required: ['object', 'index', 'embedding'],
          properties: {
            object: { const: 'embedding' },
            index: { type: 'integer' },
            embedding: { anyOf: [{ $ref: '#/components/schemas/Vector' }, { type: 'string' }] },
          },
        },
      },
      usage: {
        type: 'object',
        required: ['prompt_tokens', 'total_tokens'],
        description: 'Tokens of all texts; images have none',
        properties: { prompt_tokens: { type: 'integer' }, total_tokens: { type: 'integer' } },
      },
    },
  },
  headers: {
    'Handspring-Truncated-Texts': {
      schema: { type: 'string' },
      description: "Indices of the texts longer than the model's context",
    },
    ...Object.fromEntries(
      ['limit', 'remaining', 'reset'].flatMap((what) =>
        ['requests', 'tokens'].map((unit) => [
          `x-ratelimit-${what}-${unit}`,
          { schema: { type: 'string' }, description: 'RATE_LIMIT as OpenAI tells its own, or a million' },
        ]),
      ),
    ),
  },
  errors: ['token_ids_not_supported', 'model_not_found'],
  example: { input: ['a cat'] },
};
