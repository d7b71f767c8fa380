import type { JsonOperation } from '../../openapi/operation.js';

const VECTOR = { $ref: '#/components/schemas/Vector' };
const STRINGS = { type: ['array', 'null'], minItems: 1, items: { type: 'string' } };
const KEYS = ['texts', 'images', 'inputs'];

/** With a list under this key, and none under the others. */
const onlyUnder = (key: string) => ({
  required: [key],
  properties: Object.fromEntries(
    KEYS.map((one) => [one, one === key ? { type: 'array', items: {} } : { type: 'null' }]),
  ),
});

const PART = {
  anyOf: [
    {
      type: 'object',
      required: ['type', 'text'],
      properties: { type: { const: 'text' }, text: { type: 'string' } },
    },
    {
      type: 'object',
      required: ['type', 'image_url'],
      properties: {
        type: { const: 'image_url' },
        image_url: { type: 'object', required: ['url'], properties: { url: { type: 'string' } } },
      },
    },
  ],
};

/** What the OpenAPI document tells of `/v2/embed`. */
export const EMBED_OPERATION: JsonOperation = {
  summary: 'One vector of length 1 for each text or image, as clients of Cohere ask',
  request: {
    type: 'object',
    oneOf: KEYS.map(onlyUnder),
    properties: {
      texts: STRINGS,
      images: {
        ...STRINGS,
        description: 'data: URIs, base64, or addresses where IMAGE_URLS allows their hosts',
      },
      inputs: {
        type: ['array', 'null'],
        minItems: 1,
        items: {
          type: 'object',
          required: ['content'],
          properties: { content: { type: 'array', minItems: 1, maxItems: 1, items: PART } },
        },
      },
      model: { type: ['string', 'null'], description: 'Its own name or one of MODEL_ALIASES, if any' },
      embedding_types: { type: ['array', 'null'], items: { enum: ['float', 'base64'] } },
      output_dimension: {
        type: ['integer', 'null'],
        description: 'All, or a shorter length that the model was trained to be cut to: see /meta',
      },
      truncate: {
        enum: ['END', 'NONE', null],
        description: "NONE refuses a text longer than the model's context",
      },
    },
  },
  answer: {
    type: 'object',
    required: ['id', 'embeddings', 'meta', 'response_type'],
    properties: {
      id: { type: 'string' },
      embeddings: {
        type: 'object',
        properties: {
          float: { type: 'array', items: VECTOR },
          base64: { type: 'array', items: { type: 'string' }, description: 'Of float32, little-endian' },
        },
      },
      texts: { type: 'array', items: { type: 'string' } },
      meta: { type: 'object' },
      response_type: { const: 'embeddings_by_type' },
    },
  },
  errors: ['model_not_found', 'token_ids_not_supported', 'text_too_long', 'image_urls_off'],
  example: { texts: ['a cat'], embedding_types: ['float'] },
};
