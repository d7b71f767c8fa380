import type { ServerDuplexStream, handleBidiStreamingCall } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import type { Item } from '../../core/embedder.js';
import type { HandspringError } from '../../core/errors.js';
import type { HeldBody } from '../body/body-room.js';
import { carriedBy } from '../contracts/carried.js';
import type { ServedModel } from '../contracts/contract.js';
import { toHandspringError } from '../errors.js';
import { countStreamed, embedFor, readable, stopped } from './answer-call.js';
import type { AnswerParts } from './answer-call.js';
import { ITEMS_OF_STREAM } from './bounds.js';
import { callContext } from './call-context.js';
import type { CallContext } from './call-context.js';
import { toItem, vectorBytes } from './items.js';
import type { ItemMessage, Wanted } from './items.js';
import { GRPC_STATUS } from './status.js';

export interface StreamParts extends AnswerParts {
  readonly model: () => ServedModel;
  readonly log: Pick<Logger, 'error'>;
}

interface StreamRequest extends Wanted {
  /** As protobufjs has 64 bits; given back as it came. */
  readonly id: unknown;
  readonly item?: ItemMessage | null;
}

type StreamCall = ServerDuplexStream<StreamRequest, object>;

/** Each item as it is done, with an outcome of its own; see protos/handspring.proto. */
export function embedStream(parts: StreamParts): handleBidiStreamingCall<StreamRequest, object> {
  return (call) => new ItemStream(call, callContext(call), parts).start();
}

class ItemStream {
  readonly #call: StreamCall;
  readonly #context: CallContext;
  readonly #parts: StreamParts;
  readonly #modalities = new Set<string>();
  #items = 0;
  #failed = 0;
  #isRead = false;

  constructor(call: StreamCall, context: CallContext, parts: StreamParts) {
    this.#call = call;
    this.#context = context;
    this.#parts = parts;
  }

  start(): void {
    this.#call.on('data', (request: StreamRequest) => void this.#take(request));
    this.#call.once('end', () => {
      this.#isRead = true;
      this.#endWhenDone();
    });
    this.#context.stopping.addEventListener('abort', () => {
      this.#call.pause();
      this.#endWhenDone();
    });
  }

  async #take(request: StreamRequest): Promise<void> {
    const context = this.#context;
    const held = context.messages.next();
    // Its sender waits from here on: HTTP/2 lets it send no more than is read.
    if (++context.underWay >= ITEMS_OF_STREAM) this.#call.pause();
    const outcome = await this.#outcomeOf(request, held);
    context.facts = { items: ++this.#items, failed: this.#failed };
    // Told once the caller takes it, so that one who does not read has no more than a window of answers here.
    await new Promise<void>((resolve) => this.#call.write({ id: request.id, ...outcome }, () => resolve()));
    context.underWay--;
    if (!context.stopping.aborted && this.#call.isPaused()) this.#call.resume();
    this.#endWhenDone();
  }

  async #outcomeOf(request: StreamRequest, held: HeldBody | undefined): Promise<object> {
    const modality = request.item?.content ?? 'none';
    try {
      const vector = await this.#embed(request);
      countStreamed(this.#context, modality, undefined, this.#parts);
      return { vector };
    } catch (thrown) {
      this.#failed++;
      const error = toHandspringError(thrown, this.#context.id);
      countStreamed(this.#context, modality, error, this.#parts);
      return { failure: this.#failureOf(error, thrown) };
    } finally {
      held?.release();
    }
  }

  async #embed(request: StreamRequest): Promise<object> {
    const { item: message, ...wanted } = readable(request);
    const toBytes = vectorBytes({ ...wanted, model: request.model }, this.#parts.model());
    const item = toItem(message ?? {}, 'item');
    this.#tellCarried(item);
    const options = { waits: true, bulk: true };
    const { vectors, truncated } = await embedFor(this.#context, [item], this.#parts, options);
    const [vector = new Float32Array()] = vectors;
    return { values: toBytes(vector), truncated: truncated.length > 0 };
  }

  #tellCarried(item: Item): void {
    if (this.#modalities.has(item.modality)) return;
    this.#modalities.add(item.modality);
    this.#context.carried = carriedBy([...this.#modalities].map((modality) => ({ modality })));
  }

  #failureOf(error: HandspringError, thrown: unknown): object {
    const { id, signal } = this.#context;
    const { code, message, retryAfterSeconds, limit } = error;
    if (limit !== undefined) this.#parts.metrics.limitRefusals.inc({ option: limit });
    if (!signal.aborted && (code === 'internal' || code === 'encoder_failed'))
      this.#parts.log.error({ requestId: id, err: thrown }, 'an item of a stream failed');
    return {
      grpcCode: GRPC_STATUS[code],
      code,
      message,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * 1000 }),
    };
  }

  #endWhenDone(): void {
    const { underWay, stopping, fail } = this.#context;
    if (underWay > 0) return;
    if (this.#isRead) this.#call.end();
    else if (stopping.aborted) fail(stopped());
  }
}
