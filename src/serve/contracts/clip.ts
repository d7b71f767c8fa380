import type { Content, EmbedResult, Item } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import type { Modality } from '../../core/modality.js';
import { nameOf } from '../../core/name-of.js';
import { decodeBase64 } from './base64.js';
import type { Contract, ContractRequest, Served } from './contract.js';

interface Field {
  readonly modality: Modality;
  /** Its key in the request, such as `texts`, and in the answer. */
  readonly request: string;
  readonly answer: string;
  readonly description: string;
  /** @throws HandspringError */
  readonly read: (name: string, value: string) => Content;
}

/** In the order of the answer. */
const FIELDS: readonly Field[] = [
  {
    modality: 'text',
    request: 'texts',
    answer: 'textVectors',
    description: 'Texts',
    read: (_name, text) => text.toWellFormed(),
  },
  {
    modality: 'image',
    request: 'images',
    answer: 'imageVectors',
    description: 'Images in base64',
    read: decodeBase64,
  },
];

const NAMES = FIELDS.map(({ request }) => request).join(' and ');

/** Weaviate's multi2vec-clip: `{"texts": […], "images": […]}` → `{"textVectors": […], "imageVectors": […]}`. */
export const clipContract: Contract = {
  name: 'vectorize',
  path: '/vectorize',
  parse: parseClipRequest,
  operation: {
    summary: 'One vector for each text and each image, in the order given',
    request: {
      type: 'object',
      // One of the known keys, or none at all: see `refuseStrangeKeys`.
      anyOf: [...FIELDS.map(({ request }) => ({ required: [request] })), { maxProperties: 0 }],
      properties: Object.fromEntries(
        FIELDS.map(({ request, description }) => [
          request,
          { type: ['array', 'null'], items: { type: 'string' }, description },
        ]),
      ),
    },
    answer: {
      type: 'object',
      required: FIELDS.map(({ answer }) => answer),
      additionalProperties: false,
      properties: Object.fromEntries(
        FIELDS.map(({ answer }) => [
          answer,
          { type: 'array', items: { $ref: '#/components/schemas/Vector' } },
        ]),
      ),
    },
    headers: {
      'Handspring-Truncated-Texts': {
        schema: { type: 'string' },
        description: "Indices of the texts longer than the model's context",
      },
    },
    example: { texts: ['a cat'], images: [] },
  },
};

/**
 * `texts` and `images` may each be absent, `null` or empty; other keys beside them are ignored, as the official module does.
 * @throws HandspringError that names the item which is wrong, what was expected and what was received.
 */
function parseClipRequest(body: unknown, { maxItems }: Served): ContractRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HandspringError(
      'invalid_request',
      `body: expected a JSON object with ${NAMES}, received ${nameOf(body)}`,
    );
  }
  refuseStrangeKeys(Object.keys(body));
  const given = FIELDS.map((field) => ({
    ...field,
    values: parseStrings(field.request, (body as Record<string, unknown>)[field.request]),
  }));
  const count = given.reduce((sum, { values }) => sum + values.length, 0);
  if (count > maxItems) {
    throw new HandspringError(
      'payload_too_large',
      `expected at most ${maxItems} ${NAMES} (MAX_ITEMS), received ${count}`,
      { limit: 'MAX_ITEMS' },
    );
  }
  const items = given.flatMap(({ modality, request, read, values }) =>
    values.map((value, at): Item => {
      const name = `${request}[${at}]`;
      return { modality, name, content: read(name, value) };
    }),
  );
  return {
    items,
    counts: Object.fromEntries(given.map(({ request, values }) => [request, values.length])),
    render: ({ vectors }) => byField(items, vectors),
    headers: ({ truncated }) => truncatedHeader(items, truncated),
  };
}

/** The answer's keys, each with the vectors of its modality in order. */
function byField(items: readonly Item[], vectors: EmbedResult['vectors']): object {
  const ofModality = (modality: Modality) => vectors.filter((_, at) => items[at]?.modality === modality);
  return Object.fromEntries(FIELDS.map(({ modality, answer }) => [answer, ofModality(modality)]));
}

/** Texts come first among the items, so that the place of one is its index among the texts. */
function truncatedHeader(items: readonly Item[], truncated: readonly number[]): Record<string, string> {
  const texts = truncated.filter((at) => items[at]?.modality === 'text');
  return texts.length > 0 ? { 'Handspring-Truncated-Texts': texts.join(',') } : {};
}

/** `{}` asks for nothing, as Weaviate may; `{"text": …}` asks for something, and no vectors would be a silent answer to it. */
function refuseStrangeKeys(keys: readonly string[]): void {
  const [first, ...others] = keys;
  if (first === undefined || FIELDS.some(({ request }) => keys.includes(request))) return;
  const name = JSON.stringify(first.length > 40 ? `${first.slice(0, 40)}…` : first);
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const expected = FIELDS.map(({ request }) => `"${request}"`).join(' or ');
  throw new HandspringError(
    'invalid_request',
    `body: expected ${expected} among its keys, received ${name}${more}`,
  );
}

function parseStrings(field: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    throw new HandspringError(
      'invalid_request',
      `${field}: expected a list of strings, received ${nameOf(value)}`,
    );
  }
  const wrong = value.findIndex((item) => typeof item !== 'string');
  if (wrong >= 0) {
    throw new HandspringError(
      'invalid_request',
      `${field}[${wrong}]: expected a string, received ${nameOf(value[wrong])}`,
    );
  }
  return value as string[];
}
