import type { EmbedResult } from '../../../core/embedder.js';
import type { Modality } from '../../../core/modality.js';
import type { Balance } from '../../access/item-limits.js';
import { parseDimensions, toApiVectors } from '../api-vectors.js';
import type { Contract, ContractRequest, Served } from '../contract.js';
import { Base64Vector } from '../json-answer.js';
import { nameOf } from '../../../core/name-of.js';
import { objectOf, wrong } from '../wrong.js';
import { explainTokenIds, parseInput } from './input.js';
import { checkModelName } from './model-name.js';
import { EMBEDDINGS_OPERATION, embeddingsRequest } from './schema.js';

/** What OpenAI's clients ask for, and those of Jina, NVIDIA and infinity, whose ways to write an image it takes too. */
export const openaiContracts: readonly Contract[] = ['/v1/embeddings', '/embeddings'].map((path) => ({
  name: 'openai',
  path,
  countsByKind: true,
  explainTooMany: explainTokenIds,
  parse: parseEmbeddingsRequest,
  requestOf: ({ modalities }) => embeddingsRequest(modalities),
  operation: EMBEDDINGS_OPERATION,
}));

type Body = Readonly<Record<string, unknown>>;

/** Keys that are not known are ignored: `user`, `task`, `normalized`, … */
function parseEmbeddingsRequest(body: unknown, served: Served): ContractRequest {
  const { model } = served;
  const asked = objectOf(body, 'input');
  refuseOtherKinds(asked);
  checkModelName(asked['model'], model);
  const encode = parseEncoding(asked);
  const dimensions = parseDimensions(asked['dimensions'], model);
  const items = parseInput(asked, served);
  const count = (of: Modality) => items.filter(({ modality }) => modality === of).length;
  return {
    items,
    counts: { texts: count('text'), images: count('image'), audio: count('audio') },
    render: ({ vectors, tokens }) => ({
      object: 'list',
      model: model.name,
      data: toApiVectors(vectors, model, dimensions).map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: encode(vector),
      })),
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    }),
    headers: (result, balances) => ({ ...rateHeaders(balances), ...truncatedHeader(result) }),
  };
}

/** What cannot be left out without giving something else than was asked for. */
function refuseOtherKinds({ messages, return_multivector: severalVectors }: Body): void {
  if (messages !== undefined && messages !== null)
    throw wrong(
      'messages',
      '"input" in its place: a text or an image has a vector, a conversation has none',
      'messages',
    );
  if (severalVectors === true) throw wrong('return_multivector', 'false: an item has one vector', 'true');
}

function parseEncoding({ encoding_format: format, embedding_type: type }: Body) {
  const [field, value] =
    (format ?? null) === null ? ['embedding_type', type ?? 'float'] : ['encoding_format', format];
  if (value === 'float') return (vector: Float32Array) => vector;
  if (value === 'base64') return (vector: Float32Array) => new Base64Vector(vector);
  throw wrong(field, '"float" or "base64"', typeof value === 'string' ? 'another one' : nameOf(value));
}

/** Where nothing is limited: without a number greater than 0, Weaviate's text2vec-openai sends one object a request. */
const UNLIMITED = '1000000';

/** As OpenAI tells its limits. RATE_LIMIT counts items, so that there are never more requests. */
function rateHeaders(balances: readonly Balance[]): Readonly<Record<string, string>> {
  const rate = balances.find(({ policy }) => policy === 'rate');
  return {
    'x-ratelimit-limit-requests': rate ? String(rate.limit.items) : UNLIMITED,
    'x-ratelimit-remaining-requests': rate ? String(Math.max(1, rate.remaining)) : UNLIMITED,
    'x-ratelimit-reset-requests': rate ? `${rate.resetSeconds}s` : '0s',
    'x-ratelimit-limit-tokens': UNLIMITED,
    'x-ratelimit-remaining-tokens': UNLIMITED,
    'x-ratelimit-reset-tokens': '0s',
  };
}

function truncatedHeader({ truncated }: EmbedResult): Readonly<Record<string, string>> {
  return truncated.length > 0 ? { 'Handspring-Truncated-Texts': truncated.join(',') } : {};
}
