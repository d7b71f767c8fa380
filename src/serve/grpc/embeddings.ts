import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { VERSION } from '../../core/version.js';
import { carriedBy } from '../contracts/carried.js';
import { checkCounts } from '../contracts/counts.js';
import type { ServedModel } from '../contracts/contract.js';
import { answerCall, embedFor } from './answer-call.js';
import type { AnswerParts } from './answer-call.js';
import { CALLS_OF_CONNECTION, ITEMS_OF_STREAM } from './bounds.js';
import { embedStream } from './embed-stream.js';
import { toItem, vectorBytes } from './items.js';
import type { ItemMessage, Wanted } from './items.js';

export interface EmbeddingsLimits {
  readonly maxItems: number;
  readonly maxTexts: number;
  readonly maxBodyBytes: number;
}

export interface EmbeddingsParts extends AnswerParts {
  readonly log: Pick<Logger, 'error'>;
  readonly model: () => ServedModel;
  readonly limits: EmbeddingsLimits;
}

interface EmbedRequest extends Wanted {
  readonly items: readonly ItemMessage[];
}

/** `handspring.v1.Embeddings`: what it is to its callers stands in protos/handspring.proto. */
export function embeddingsService(parts: EmbeddingsParts): UntypedServiceImplementation {
  const { model, limits } = parts;
  return {
    Embed: answerCall(async (request: EmbedRequest, context) => {
      const toBytes = vectorBytes(request, model());
      const items = request.items.map((item, at) => toItem(item, `items[${at}]`));
      checkCounts('items', items, limits);
      context.carried = carriedBy(items);
      context.facts = { items: items.length };
      const { vectors, truncated, tokens } = await embedFor(context, items, parts);
      const values = vectors.map((vector) => ({ values: toBytes(vector) }));
      for (const at of truncated) Object.assign(values[at] ?? {}, { truncated: true });
      return { vectors: values, model: model().name, tokens };
    }),
    EmbedStream: embedStream(parts),
    Info: answerCall(() => describe(model(), limits)),
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
    maxItemsUnderWay: ITEMS_OF_STREAM,
    maxCallsOfConnection: CALLS_OF_CONNECTION,
    matryoshkaDimensions,
    version: VERSION,
  };
}
