import type { Content, EmbedResult, Item } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import type { Modality } from '../../core/modality.js';
import { nameOf } from '../../core/name-of.js';
import { isBase64 } from '../body/decoded-base64.js';
import type { Base64 } from '../body/decoded-base64.js';
import { CSV, IMAGE, SOUND, decodeBase64 } from './base64.js';
import type { ExpectedFile } from './base64.js';
import type { Contract, ContractRequest, Served, ServedModel } from './contract.js';
import { asksForNothing } from './gpt4all.js';

interface Field {
  readonly modality: Modality;
  /** Its key in the request, such as `texts`, and in the answer. */
  readonly request: string;
  readonly answer: string;
  readonly description: string;
  /** Of multi2vec-bind alone: answered where it is asked for, and refused where there is no such tower. */
  readonly isFurther?: true;
  /** @throws HandspringError */
  readonly read: (name: string, value: Base64) => Content;
}

/** A field of files that multi2vec-bind has beside those of multi2vec-clip, with a key in the singular. */
const further = (modality: Modality, description: string, expected: ExpectedFile): Field => ({
  modality,
  request: modality,
  answer: `${modality}Vectors`,
  description: `${description} in base64, where the model has a tower for them`,
  isFurther: true,
  read: (name, value) => decodeBase64(name, value, expected),
});

/** In the order of the answer, which is that in which Weaviate adds them up. */
const FIELDS: readonly Field[] = [
  {
    modality: 'text',
    request: 'texts',
    answer: 'textVectors',
    description: 'Texts',
    read: (_name, text) => (text as string).toWellFormed(),
  },
  {
    modality: 'image',
    request: 'images',
    answer: 'imageVectors',
    description: 'Images in base64',
    read: (name, value) => decodeBase64(name, value),
  },
  further('audio', 'Sounds', SOUND),
  further('video', 'Videos', { noun: 'a video', code: 'invalid_media' }),
  further('imu', 'Readings of a motion sensor', CSV),
  further('thermal', 'Thermal images', IMAGE),
  further('depth', 'Depth images', IMAGE),
];

const USUAL = FIELDS.filter(({ isFurther }) => !isFurther);

/** Those that this model answers. */
const fieldsOf = ({ modalities }: ServedModel) =>
  FIELDS.filter(({ modality, isFurther }) => !isFurther || modalities.includes(modality));

/** `texts, images and audio` */
const namesOf = (fields: readonly Field[]) =>
  fields
    .map(({ request }) => request)
    .reduce((names, name, at) => `${names}${at === fields.length - 1 ? ' and ' : ', '}${name}`);

/**
 * Weaviate's multi2vec-clip: `{"texts": […], "images": […]}` → `{"textVectors": […], "imageVectors": […]}`; and its
 * multi2vec-bind, which has five more keys.
 */
export const clipContract: Contract = {
  name: 'vectorize',
  path: '/vectorize',
  filesAt: FIELDS.filter(({ modality }) => modality !== 'text').map(({ request }) => `${request}[]`),
  parse: parseClipRequest,
  requestOf: (model) => requestSchema(fieldsOf(model)),
  operation: {
    summary: 'One vector for each text and each image, in the order given',
    request: requestSchema(FIELDS),
    answer: {
      type: 'object',
      required: USUAL.map(({ answer }) => answer),
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

/** @param fields Those that are answered: the lists of others have to be empty. */
function requestSchema(fields: readonly Field[]): object {
  const list = (field: Field) => ({
    type: ['array', 'null'],
    items: { type: 'string' },
    ...(fields.includes(field) ? {} : { maxItems: 0 }),
    description: field.description,
  });
  return {
    type: 'object',
    // One of the known keys, or none at all: see `refuseStrangeKeys`. Not an `anyOf` by itself, of which generators of clients
    // make a type for each key.
    if: { minProperties: 1 },
    then: { anyOf: FIELDS.map(({ request }) => ({ required: [request] })) },
    properties: {
      ...Object.fromEntries(FIELDS.map((field) => [field.request, list(field)])),
      text: {
        type: ['array', 'null'],
        items: { type: 'string' },
        maxItems: 0,
        description: "text2vec-gpt4all's key, which stands alone",
      },
    },
  };
}

/**
 * `texts` and `images` may each be absent, `null` or empty; other keys beside them are ignored, as the official module does.
 * @throws HandspringError that names the item which is wrong, what was expected and what was received.
 */
function parseClipRequest(body: unknown, { maxItems, model }: Served): ContractRequest {
  const fields = fieldsOf(model);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HandspringError(
      'invalid_request',
      `body: expected a JSON object with ${namesOf(fields)}, received ${nameOf(body)}`,
    );
  }
  refuseStrangeKeys(Object.keys(body), fields);
  refuseTextBesideLists(body, fields);
  const all = FIELDS.map((field) => ({
    ...field,
    values: parseStrings(field.request, (body as Record<string, unknown>)[field.request]),
  }));
  const given = all.filter(({ request }) => fields.some((field) => field.request === request));
  refuseWithoutTower(all, given, model);
  const count = given.reduce((sum, { values }) => sum + values.length, 0);
  if (count > maxItems) {
    throw new HandspringError(
      'payload_too_large',
      `expected at most ${maxItems} ${namesOf(fields)} (MAX_ITEMS), received ${count}`,
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
    // What no other module asks for is not in the answers to them, whatever towers there are.
    render: ({ vectors }) =>
      byField(
        given.filter(({ isFurther, request }) => !isFurther || request in body),
        items,
        vectors,
      ),
    headers: ({ truncated }) => truncatedHeader(items, truncated),
  };
}

/** The answer's keys, each with the vectors of its modality in order. */
function byField(fields: readonly Field[], items: readonly Item[], vectors: EmbedResult['vectors']): object {
  const ofModality = (modality: Modality) => vectors.filter((_, at) => items[at]?.modality === modality);
  return Object.fromEntries(fields.map(({ modality, answer }) => [answer, ofModality(modality)]));
}

/** Texts come first among the items, so that the place of one is its index among the texts. */
function truncatedHeader(items: readonly Item[], truncated: readonly number[]): Record<string, string> {
  const texts = truncated.filter((at) => items[at]?.modality === 'text');
  return texts.length > 0 ? { 'Handspring-Truncated-Texts': texts.join(',') } : {};
}

/** `{}` asks for nothing, as Weaviate may; `{"text": …}` asks for something, and no vectors would be a silent answer to it. */
function refuseStrangeKeys(keys: readonly string[], fields: readonly Field[]): void {
  const [first, ...others] = keys;
  if (first === undefined || FIELDS.some(({ request }) => keys.includes(request))) return;
  const name = JSON.stringify(first.length > 40 ? `${first.slice(0, 40)}…` : first);
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const expected = fields.map(({ request }) => `"${request}"`).join(' or ');
  throw new HandspringError(
    'invalid_request',
    `body: expected ${expected} among its keys, received ${name}${more}`,
  );
}

/** `text` alone is text2vec-gpt4all's; beside lists, which no module sends, it would be passed over without a word. */
function refuseTextBesideLists(body: object, fields: readonly Field[]): void {
  const { text } = body as Readonly<Record<string, unknown>>;
  if (asksForNothing(text)) return;
  throw new HandspringError(
    'invalid_request',
    `body: expected either "text" or lists under ${namesOf(fields)}, received both; a list of texts is "texts"`,
  );
}

/** What no tower can embed would otherwise be stored as if it were not there, with a success. */
function refuseWithoutTower(
  all: readonly (Field & { readonly values: readonly Base64[] })[],
  given: readonly Field[],
  { name }: ServedModel,
): void {
  const lost = all.find(
    ({ request, values }) => values.length > 0 && !given.some((field) => field.request === request),
  );
  if (!lost) return;
  throw new HandspringError(
    'invalid_request',
    `${lost.request}: the model ${name} has no ${lost.modality} tower loaded (MODALITIES); expected ${namesOf(given)} only`,
  );
}

function parseStrings(field: string, value: unknown): Base64[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    throw new HandspringError(
      'invalid_request',
      `${field}: expected a list of strings, received ${nameOf(value)}`,
    );
  }
  const wrong = value.findIndex((item) => !isBase64(item));
  if (wrong >= 0) {
    throw new HandspringError(
      'invalid_request',
      `${field}[${wrong}]: expected a string, received ${nameOf(value[wrong])}`,
    );
  }
  return value as Base64[];
}
