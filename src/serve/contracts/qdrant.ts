import type { Item } from '../../core/embedder.js';
import { toApiVectors } from './api-vectors.js';
import { checkCounts } from './counts.js';
import type { Contract, ContractRequest, Served } from './contract.js';
import { imageContent } from './image-content.js';
import { nameOf } from '../../core/name-of.js';
import { checkModelName } from './openai/model-name.js';
import { objectOf, wordOf, wrong } from './wrong.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a Qdrant server asks of the address of its inference (`QDRANT__INFERENCE__ADDRESS`, any path): texts and images in one
 * list. Its shape is that of `src/common/inference/service.rs` of Qdrant 1.19; no documentation has it.
 */
export const qdrantContract: Contract = {
  name: 'qdrant',
  path: '/qdrant/infer',
  countsByKind: true,
  parse: parseInferRequest,
  operation: {
    summary:
      'One vector of length 1 for each text and image, as a Qdrant server asks for the points it is given',
    request: {
      type: 'object',
      required: ['inputs'],
      properties: {
        inputs: {
          type: 'array',
          items: {
            type: 'object',
            required: ['data', 'data_type'],
            properties: {
              data: { type: 'string' },
              data_type: { enum: ['text', 'image'] },
              model: { type: ['string', 'null'] },
              options: { type: ['object', 'null'], maxProperties: 0 },
            },
          },
        },
        inference: { description: 'update or search; not read' },
        token: { description: 'Not read' },
      },
    },
    answer: {
      type: 'object',
      required: ['embeddings', 'usage'],
      properties: {
        embeddings: { type: 'array', items: { $ref: '#/components/schemas/Vector' } },
        usage: {
          type: 'object',
          properties: {
            models: {
              type: 'object',
              additionalProperties: { type: 'object', properties: { tokens: { type: 'integer' } } },
            },
          },
        },
      },
    },
    errors: ['model_not_found', 'image_urls_off'],
    example: {
      inputs: [{ data: 'a cat', data_type: 'text', options: null }],
      inference: 'update',
      token: null,
    },
  },
};

function parseInferRequest(body: unknown, served: Served): ContractRequest {
  const { model } = served;
  const { inputs } = objectOf(body, 'inputs');
  if (!Array.isArray(inputs)) throw wrong('inputs', 'a list', nameOf(inputs));
  const items = inputs.map((input: unknown, at) => parseInput(`inputs[${at}]`, input, served));
  checkCounts('inputs', items, served);
  const images = items.filter(({ modality }) => modality === 'image').length;
  return {
    items,
    counts: { texts: items.length - images, images },
    render: ({ vectors, tokens }) => ({
      embeddings: toApiVectors(vectors, model),
      usage: { models: { [model.name]: { tokens } } },
    }),
  };
}

function parseInput(name: string, value: unknown, served: Served): Item {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(name, 'an object with "data" and "data_type"', nameOf(value));
  const { data, data_type: type, model, options } = value as Fields;
  checkModelName(model, served.model);
  refuseOptions(`${name}.options`, options);
  if (type !== 'text' && type !== 'image')
    throw wrong(`${name}.data_type`, '"text" or "image"', wordOf(type));
  if (typeof data !== 'string') throw wrong(`${name}.data`, 'a string', nameOf(data));
  if (type === 'text') return { modality: type, name: `${name}.data`, content: data.toWellFormed() };
  return { modality: type, name: `${name}.data`, content: imageContent(`${name}.data`, data, served) };
}

/** Options are a model's own, and change its vectors: this one has none. */
function refuseOptions(name: string, options: unknown): void {
  if (options === undefined || options === null) return;
  if (typeof options === 'object' && Object.keys(options).length === 0) return;
  throw wrong(name, 'none', nameOf(options));
}
