import { randomUUID } from 'node:crypto';
import { parseDimensions, toApiVectors } from '../api-vectors.js';
import type { Contract, ContractRequest, Served } from '../contract.js';
import { Base64Vector } from '../json-answer.js';
import { nameOf } from '../../../core/name-of.js';
import { promptOf, withPrompt } from '../prompts.js';
import type { Role } from '../prompts.js';
import { checkModelName } from '../openai/model-name.js';
import { objectOf, wordOf, wrong } from '../wrong.js';
import { parseContents } from './contents.js';
import { EMBED_OPERATION } from './schema.js';

/** Texts or images as clients of Cohere's API v2 ask, Weaviate's text2vec-cohere and multi2vec-cohere among them. */
export const cohereContract: Contract = {
  name: 'cohere',
  path: '/v2/embed',
  countsByKind: true,
  parse: parseEmbedRequest,
  operation: EMBED_OPERATION,
};

type Encoding = 'float' | 'base64';

const ENCODERS: Readonly<Record<Encoding, (vector: Float32Array) => Float32Array | Base64Vector>> = {
  float: (vector) => vector,
  base64: (vector) => new Base64Vector(vector),
};

/** Of `input_type`, what has a prompt of its own. */
const ROLES: ReadonlyMap<unknown, Role> = new Map([
  ['search_query', 'query'],
  ['search_document', 'passage'],
]);

/** Keys that are not known are ignored, as is `priority`. */
function parseEmbedRequest(body: unknown, served: Served): ContractRequest {
  const { model } = served;
  const asked = objectOf(body, 'texts');
  checkModelName(asked['model'], model);
  const encodings = parseEncodings(asked['embedding_types']);
  const dimensions = parseDimensions(asked['output_dimension'], model, 'output_dimension');
  const whole = parseTruncate(asked['truncate']) === 'NONE';
  refuseMaxTokens(asked['max_tokens']);
  const prompt = promptOf(ROLES.get(asked['input_type']), model);
  const given = parseContents(asked, served);
  const items = withPrompt(given, prompt);
  const images = items.filter(({ modality }) => modality === 'image').length;
  const texts = Array.isArray(asked['texts']) ? { texts: given.map(({ content }) => content) } : {};
  return {
    items,
    whole,
    counts: { texts: items.length - images, images },
    render: ({ vectors, tokens }) => {
      const units = toApiVectors(vectors, model, dimensions);
      return {
        id: randomUUID(),
        embeddings: Object.fromEntries(
          encodings.map((encoding) => [encoding, units.map((vector) => ENCODERS[encoding](vector))]),
        ),
        ...texts,
        meta: {
          api_version: { version: '2' },
          billed_units: { input_tokens: tokens, ...(images > 0 && { images }) },
        },
        response_type: 'embeddings_by_type',
      };
    },
  };
}

function parseEncodings(types: unknown): readonly Encoding[] {
  if (types === undefined || types === null) return ['float'];
  const expected = 'a list of "float" and "base64"';
  if (!Array.isArray(types)) throw wrong('embedding_types', expected, nameOf(types));
  const list: readonly unknown[] = types;
  const other = list.find((type) => typeof type !== 'string' || !Object.hasOwn(ENCODERS, type));
  if (other !== undefined) throw wrong('embedding_types', expected, wordOf(other));
  return list.length === 0 ? ['float'] : [...new Set(list as readonly Encoding[])];
}

/** Texts are cut at their end or not at all: LONG_TEXT says which, unless a request forbids it. */
function parseTruncate(truncate: unknown): 'END' | 'NONE' {
  if (truncate === undefined || truncate === null || truncate === 'END') return 'END';
  if (truncate === 'NONE') return truncate;
  throw wrong('truncate', '"END" or "NONE"', wordOf(truncate));
}

function refuseMaxTokens(tokens: unknown): void {
  if (tokens === undefined || tokens === null) return;
  throw wrong('max_tokens', "none: a text is read as far as the model's context", nameOf(tokens));
}
