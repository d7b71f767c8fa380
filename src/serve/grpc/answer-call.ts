import type { handleUnaryCall } from '@grpc/grpc-js';
import type { EmbedOptions, EmbedResult, Embedder, Item } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import { toCaller } from '../access/caller-id.js';
import { countItems } from '../limits/count-items.js';
import type { Access } from '../limits/count-items.js';
import type { Metrics } from '../metrics.js';
import { callContext } from './call-context.js';
import type { CallContext } from './call-context.js';
import { TooMany, Unreadable } from './schema.js';

export interface AnswerParts {
  readonly embedder: Embedder;
  readonly access?: Access | undefined;
  readonly metrics: Metrics;
}

/** A method with one request and one answer; what it throws ends the call as `toStatus` has it. */
export function answerCall<Q, A>(
  answer: (request: Q, context: CallContext) => A | Promise<A>,
): handleUnaryCall<Q, A> {
  return (call, done) => {
    const context = callContext(call);
    void Promise.resolve()
      .then(() => answer(readable(call.request), context))
      .then((value) => {
        context.messages.end();
        done(null, value);
      }, context.fail);
  };
}

/**
 * A message that could be decoded.
 * @throws HandspringError
 */
export function readable<Q>(request: Q): Q {
  if (request instanceof Unreadable && request.cause instanceof HandspringError) throw request.cause;
  if (request instanceof Unreadable)
    throw new HandspringError(
      'invalid_request',
      'message: expected one of this method, received other bytes',
      {
        cause: request.cause,
      },
    );
  if (request instanceof TooMany)
    throw new HandspringError(
      'payload_too_large',
      `${request.field}: expected at most ${request.most} of them (MAX_TEXTS, MAX_ITEMS), received more`,
      { limit: 'MAX_TEXTS', field: request.field },
    );
  return request;
}

/** What a stream ends with when the service is told to stop. */
export function stopped(): HandspringError {
  return new HandspringError(
    'not_ready',
    'the service is shutting down; send what was not answered elsewhere',
    { retryAfterSeconds: 1 },
  );
}

/** The vectors of a call's items, counted as its caller's and told in its log line and trace. */
export async function embedFor(
  context: CallContext,
  items: readonly Item[],
  { embedder, access, metrics }: AnswerParts,
  options: EmbedOptions = {},
): Promise<EmbedResult> {
  const { signal, key, callerId: id } = context;
  const embed = () =>
    embedder.embed(items, {
      signal,
      caller: toCaller(id, key),
      onFailure: (times) => (context.timings = times),
      ...options,
    });
  const tell = (balances: CallContext['balances']) => void (context.balances = balances);
  const result = access
    ? await countItems(access, metrics, { id, key, signal, tell }, items.length, embed)
    : await embed();
  context.timings = result.timings;
  return result;
}

/** Counts an item of a stream, which is one request for the metrics of requests whatever becomes of its items. */
export function countStreamed(
  { route, signal, outcome }: Pick<CallContext, 'route' | 'signal' | 'outcome'>,
  modality: string,
  error: HandspringError | undefined,
  { metrics }: Pick<AnswerParts, 'metrics'>,
): void {
  const own = error?.code ?? 'ok';
  metrics.streamItems.inc({ route, modality, outcome: signal.aborted ? (outcome ?? own) : own });
}
