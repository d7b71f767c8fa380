import { isBase64 } from '../body/decoded-base64.js';
import type { Base64 } from '../body/decoded-base64.js';
import { nameOf } from '../../core/name-of.js';
import { decodeBase64 } from './base64.js';
import type { Contract, ContractRequest } from './contract.js';
import { wrong } from './wrong.js';
import { oneVectorAnswer } from './one-vector.js';

/**
 * Weaviate's img2vec-neural: `{"id": "…", "image": "<base64>"}` → `{"id": "…", "vector": […], "dim": 384}`. It shares its path with
 * text2vec-transformers, whose bodies have a `text`.
 */
export const img2vecContract: Contract = {
  name: 'img2vec',
  path: '/vectors',
  only: 'image',
  accepts: (body) => {
    const { image, text } = (body ?? {}) as Readonly<Record<string, unknown>>;
    return isBase64(image) && (text === undefined || text === null);
  },
  labelOf: (body) => {
    const { id } = body as { readonly id?: unknown };
    return typeof id === 'string' ? id.slice(0, 100) : undefined;
  },
  filesAt: ['image'],
  parse: parseImageRequest,
  operation: {
    summary: 'The vector of one image',
    request: {
      type: 'object',
      required: ['image'],
      properties: {
        id: { type: ['string', 'null'], description: 'Echoed' },
        image: { type: 'string', description: 'In base64' },
        text: { type: 'null' },
      },
    },
    answer: oneVectorAnswer('id'),
    // A GIF of one pixel.
    example: { id: 'one', image: 'R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==' },
  },
};

function parseImageRequest(body: unknown): ContractRequest {
  const { id = null, image } = body as { readonly id?: unknown; readonly image: Base64 };
  if (id !== null && typeof id !== 'string') throw wrong('id', 'a string', nameOf(id));
  return {
    items: [{ modality: 'image', name: 'image', content: decodeBase64('image', image) }],
    counts: { images: 1 },
    render: ({ vectors: [vector] }) => ({ id: id ?? '', vector, dim: vector?.length }),
  };
}
