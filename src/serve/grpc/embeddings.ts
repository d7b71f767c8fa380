import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Content, Item } from '../../core/embedder.js';
import type { Modality } from '../../core/modality.js';
import { HandspringError } from '../../core/errors.js';
import { VERSION } from '../../core/version.js';
import { parseDimensions, toApiVectors } from '../contracts/api-vectors.js';
import { checkCounts } from '../contracts/counts.js';
import type { ServedModel } from '../contracts/contract.js';
import { checkModelName } from '../contracts/openai/model-name.js';
import { answerCall, embedFor } from './answer-call.js';
import type { AnswerParts } from './answer-call.js';

export interface EmbeddingsLimits {
  readonly maxItems: number;
  readonly maxTexts: number;
  readonly maxBodyBytes: number;
}

export interface EmbeddingsParts extends AnswerParts {
  readonly model: () => ServedModel;
  readonly limits: EmbeddingsLimits;
}

/** As protobufjs decodes it: what is absent has its default, and `content` names the field that is there. */
export interface ItemMessage {
  readonly content?: Modality;
}

/** What an item is asked for with. */
export interface Wanted {
  readonly model: string;
  readonly normalize?: boolean;
  readonly dimensions?: number | null;
}

interface EmbedRequest extends Wanted {
  readonly items: readonly ItemMessage[];
}

/** `handspring.v1.Embeddings`: what it is to its callers stands in protos/handspring.proto. */
export function embeddingsService(parts: EmbeddingsParts): UntypedServiceImplementation {
  const { model, limits } = parts;
  return {
    Embed: answerCall(parts, async (request: EmbedRequest, context) => {
      const toBytes = vectorBytes(request, model());
      const items = request.items.map((item, at) => toItem(item, `items[${at}]`));
      checkCounts('items', items, limits);
      context.facts = { items: items.length };
      const { vectors, truncated, tokens } = await embedFor(context, items, parts);
      const values = vectors.map((vector) => ({ values: toBytes(vector) }));
      for (const at of truncated) Object.assign(values[at] ?? {}, { truncated: true });
      return { vectors: values, model: model().name, tokens };
    }),
    Info: answerCall(parts, () => describe(model(), limits)),
  };
}

/** @throws HandspringError that names the item. */
export function toItem(message: ItemMessage, name: string): Item {
  const { content: modality } = message;
  if (modality === undefined)
    throw new HandspringError(
      'invalid_request',
      `${name}: expected a text or a file, such as an image, received neither`,
      { field: 'items' },
    );
  const content = (message as Readonly<Record<string, Content>>)[modality] as Content;
  return { modality, name, content };
}

/**
 * How a vector of the model is sent: float32, little-endian, as all machines have them that this runs on.
 * @throws HandspringError for another model or a length that it does not have.
 */
export function vectorBytes(
  { model: asked, normalize, dimensions }: Wanted,
  model: ServedModel,
): (vector: Float32Array) => Uint8Array {
  if (asked !== '') checkModelName(asked, model);
  const length = parseDimensions(dimensions, model);
  const isUnit = normalize ?? (model.normalized || length < model.dimensions);
  return (vector) => {
    const [wanted = vector] = isUnit ? toApiVectors([vector], model, length) : [vector.subarray(0, length)];
    return new Uint8Array(wanted.buffer, wanted.byteOffset, wanted.byteLength);
  };
}

function describe(
  { name, dimensions, normalized, modalities, matryoshkaDimensions }: ServedModel,
  { maxItems, maxTexts, maxBodyBytes }: EmbeddingsLimits,
): object {
  return {
    model: name,
    dimensions,
    normalized,
    modalities,
    maxItems,
    maxTexts,
    maxMessageBytes: maxBodyBytes,
    matryoshkaDimensions,
    version: VERSION,
  };
}
