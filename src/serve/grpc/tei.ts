import type { ServerDuplexStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { EmbedOptions } from '../../core/embedder.js';
import { VERSION } from '../../core/version.js';
import { parseDimensions, toApiVectors } from '../contracts/api-vectors.js';
import type { ServedModel } from '../contracts/contract.js';
import { wrong } from '../contracts/wrong.js';
import { toHandspringError } from '../errors.js';
import { answerCall, countStreamed, embedFor, readable, stopped } from './answer-call.js';
import type { AnswerParts } from './answer-call.js';
import { ITEMS_OF_STREAM } from './bounds.js';
import { callContext } from './call-context.js';
import type { CallContext } from './call-context.js';

export interface TeiParts extends AnswerParts {
  readonly model: () => ServedModel;
  readonly limits: { readonly maxTexts: number; readonly maxPendingItems: number };
}

interface EmbedRequest {
  readonly inputs: string;
  readonly truncate: boolean;
  readonly normalize?: boolean | null;
  readonly truncationDirection: number;
  readonly promptName?: string | null;
  readonly dimensions?: number | null;
}

const NANOSECONDS = 1e6;

/** `tei.v1.Embed`: a text a request. */
export function teiEmbedService(parts: TeiParts): UntypedServiceImplementation {
  return {
    Embed: answerCall((request: EmbedRequest, context) => embed(request, context, parts)),
    EmbedStream: (call: ServerDuplexStream<EmbedRequest, object>) => answerInOrder(call, parts),
  };
}

/** `tei.v1.Info`, as `/info` has it. */
export function teiInfoService({ model, limits }: TeiParts): UntypedServiceImplementation {
  return {
    Info: answerCall(() => {
      const { name, contextLength = 0 } = model();
      return {
        version: VERSION,
        modelId: name,
        modelDtype: 'float32',
        maxConcurrentRequests: limits.maxPendingItems,
        maxInputLength: contextLength,
        maxBatchTokens: limits.maxTexts * contextLength,
        maxClientBatchSize: limits.maxTexts,
        tokenizationWorkers: 1,
      };
    }),
  };
}

function answerInOrder(call: ServerDuplexStream<EmbedRequest, object>, parts: TeiParts): void {
  const context = callContext(call);
  let last: Promise<unknown> = Promise.resolve();
  call.on('data', (request: EmbedRequest) => {
    if (++context.underWay >= ITEMS_OF_STREAM) call.pause();
    const held = context.messages.next();
    const answer = embedStreamed(request, context, parts);
    last = Promise.all([answer.finally(() => held?.release()), last]).then(async ([value]) => {
      await new Promise<void>((resolve) => call.write(value, () => resolve()));
      context.underWay--;
      if (!context.stopping.aborted && call.isPaused()) call.resume();
    });
    last.catch(context.fail);
  });
  call.once('end', () => void last.then(() => call.end(), context.fail));
  context.stopping.addEventListener('abort', () => {
    call.pause();
    void last.then(() => context.fail(stopped()), context.fail);
  });
}

/** @throws HandspringError, always as a rejection. */
async function embedStreamed(message: EmbedRequest, context: CallContext, parts: TeiParts): Promise<object> {
  try {
    const answer = await embed(message, context, parts, { waits: true, bulk: true });
    countStreamed(context, 'text', undefined, parts);
    return answer;
  } catch (thrown) {
    countStreamed(context, 'text', toHandspringError(thrown, context.id), parts);
    throw thrown;
  }
}

/** @throws HandspringError, always as a rejection. */
async function embed(
  message: EmbedRequest,
  context: CallContext,
  parts: TeiParts,
  options: EmbedOptions = {},
): Promise<object> {
  const request = readable(message);
  const model = parts.model();
  const started = performance.now();
  const dimensions = parseDimensions(request.dimensions, model);
  if (request.truncationDirection !== 0) throw wrong('truncation_direction', 'RIGHT', 'another one');
  if ((request.promptName ?? null) !== null)
    throw wrong('prompt_name', 'none: put what comes before a text into the text', 'one');
  const item = { modality: 'text', name: 'inputs', content: request.inputs };
  context.carried = 'text';
  context.facts = { texts: (context.facts['texts'] ?? 0) + 1 };
  const whole = !request.truncate;
  const { vectors, tokens, timings } = await embedFor(context, [item], parts, { ...options, whole });
  const [vector = new Float32Array()] = vectors;
  const [embeddings] =
    (request.normalize ?? true)
      ? toApiVectors([vector], model, dimensions)
      : [vector.subarray(0, dimensions)];
  const { prepareMs, queueMs, encodeMs } = timings;
  return {
    embeddings,
    metadata: {
      computeChars: request.inputs.length,
      computeTokens: tokens,
      totalTimeNs: Math.round((performance.now() - started) * NANOSECONDS),
      tokenizationTimeNs: Math.round(prepareMs * NANOSECONDS),
      queueTimeNs: Math.round(queueMs * NANOSECONDS),
      inferenceTimeNs: Math.round(encodeMs * NANOSECONDS),
    },
  };
}
