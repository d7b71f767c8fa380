import type { EncodedBatch } from './encoder.js';
import { HandspringError } from './errors.js';
import { FairQueue } from './fair-queue.js';
import type { Caller } from './virtual-clock.js';

export interface BatcherOptions<Row> {
  /** Runs one batch; gives one vector per row, `undefined` where the numbers were not finite. */
  encode(rows: readonly Row[]): Promise<EncodedBatch>;
  /** Most rows in a batch. */
  readonly maxBatch: number;
  /** Most rows of bulk in a batch while queries come; by default `maxBatch`. */
  readonly maxBulkBesideQueries?: number;
  /** The clock, in milliseconds. */
  now?(): number;
  /** Batches that may run at once: one per encoder. */
  readonly lanes?: number;
  /** Rows with another key do not go into one batch: a short text need not pay for a long one's padding. */
  groupOf?(row: Row): number;
  /** Called with every batch that is sent. */
  onBatch?(size: number): void;
}

export interface EnqueueOptions {
  /** Aborted when nobody waits for the row any more; it is then skipped. */
  readonly signal?: AbortSignal | undefined;
  /** A query: goes before the bulk, within a bound; see `MAX_OVERTAKES`. */
  readonly urgent?: boolean;
  /** Whose row it is: callers take turns. */
  readonly caller?: Caller | undefined;
  /** Goes in a batch of its own: whatever comes meanwhile waits for one row. */
  readonly alone?: boolean;
  /** Called when its batch is sent. */
  readonly onStart?: (() => void) | undefined;
}

interface Waiting<Row> {
  readonly row: Row;
  readonly alone: boolean;
  readonly onStart: (() => void) | undefined;
  resolve(vector: Float32Array): void;
  reject(error: unknown): void;
}

/** After so many batches led by urgent rows, the oldest bulk row leads the next: bulk is slowed, never starved. */
export const MAX_OVERTAKES = 4;

/**
 * For so long after an urgent row another one is expected, and bulk goes in batches of `maxBulkBesideQueries`: a query waits for
 * the batch that is under way, however early it is let in after that.
 */
export const POLITE_MS = 2000;

/** Rows of a batch that are answered before others get their turn. */
const ANSWERED_AT_ONCE = 4;

/**
 * Rows become batches without a timer: whenever the encoder is free it takes what waits, up to the batch limit. A lone
 * row therefore starts at once, and under load batches fill by themselves.
 */
export class Batcher<Row> {
  readonly #options: BatcherOptions<Row>;
  readonly #queue = new FairQueue<Waiting<Row>>(MAX_OVERTAKES);
  #lastUrgentMs = -Infinity;
  #batchesRunning = 0;
  #rowsRunning = 0;

  constructor(options: BatcherOptions<Row>) {
    this.#options = options;
  }

  /** Most rows that can be in encoders at one time. */
  get rowsAtOnce(): number {
    const { maxBatch, lanes = 1 } = this.#options;
    return maxBatch * lanes;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  get running(): number {
    return this.#rowsRunning;
  }

  /**
   * The row's vector, once its batch has run.
   * @throws HandspringError `encoder_failed` if its batch failed; the signal's reason as soon as it is aborted.
   */
  enqueue(row: Row, options: EnqueueOptions = {}): Promise<Float32Array> {
    const { signal, urgent = false, caller, alone = false, onStart } = options;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const settled = () => signal?.removeEventListener('abort', onAbort);
      const waiting: Waiting<Row> = {
        row,
        alone,
        onStart,
        resolve: (vector) => (settled(), resolve(vector)),
        reject: (error) => (settled(), reject(error)),
      };
      const onAbort = () => {
        this.#queue.remove(waiting);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      if (urgent) this.#lastUrgentMs = this.#now();
      this.#queue.add(waiting, { urgent, caller });
      this.#fill();
    });
  }

  #fill(): void {
    const { lanes = 1 } = this.#options;
    while (this.#batchesRunning < lanes) {
      const batch = this.#take();
      if (batch.length === 0) return;
      void this.#run(batch);
    }
  }

  /**
   * The rows of the next batch. Where urgent rows lead it no bulk is added, which would make each of them wait for all of
   * it; where bulk leads, urgent rows of its group take the room that is left.
   */
  #take(): Waiting<Row>[] {
    const { maxBatch } = this.#options;
    const first = this.#queue.peek();
    if (!first) return [];
    const group = this.#groupOf(first);
    if (first.alone) return this.#queue.take(this.#queue.turn(), 1, (waiting) => waiting === first);
    const belongs = (waiting: Waiting<Row>) => !waiting.alone && this.#groupOf(waiting) === group;
    if (this.#queue.turn() === 'urgent') return this.#queue.take('urgent', maxBatch, belongs);
    const bulk = this.#queue.take('bulk', this.#bulkLimit(), belongs);
    return [...bulk, ...this.#queue.take('urgent', maxBatch - bulk.length, belongs)];
  }

  #bulkLimit(): number {
    const { maxBatch, maxBulkBesideQueries = maxBatch } = this.#options;
    return this.#now() - this.#lastUrgentMs < POLITE_MS ? maxBulkBesideQueries : maxBatch;
  }

  #now(): number {
    return (this.#options.now ?? performance.now.bind(performance))();
  }

  #groupOf({ row }: Waiting<Row>): number {
    return this.#options.groupOf?.(row) ?? 0;
  }

  async #run(batch: readonly Waiting<Row>[]): Promise<void> {
    this.#batchesRunning++;
    this.#rowsRunning += batch.length;
    this.#options.onBatch?.(batch.length);
    for (const { onStart } of batch) onStart?.();
    let encoded: EncodedBatch;
    try {
      encoded = await this.#encode(batch);
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
      return this.#release(batch);
    }
    this.#release(batch); // the next batch is under way while this one is answered
    await answer(batch, encoded);
  }

  async #encode(batch: readonly Waiting<Row>[]): Promise<EncodedBatch> {
    const encoded = await this.#options.encode(batch.map(({ row }) => row));
    const { length } = encoded.vectors;
    if (length === batch.length) return encoded;
    throw new HandspringError('internal', `expected ${batch.length} vectors, received ${length}`);
  }

  #release(batch: readonly Waiting<Row>[]): void {
    this.#batchesRunning--;
    this.#rowsRunning -= batch.length;
    this.#fill();
  }
}

/** A few rows at a time: to answer them takes the main thread, which has others to hear meanwhile. */
async function answer<Row>(batch: readonly Waiting<Row>[], { vectors }: EncodedBatch): Promise<void> {
  for (const [index, waiting] of batch.entries()) {
    if (index > 0 && index % ANSWERED_AT_ONCE === 0) await new Promise(setImmediate);
    const vector = vectors[index];
    if (vector) waiting.resolve(vector);
    else waiting.reject(notFinite());
  }
}

function notFinite(): HandspringError {
  return new HandspringError('encoder_failed', 'the model gave numbers that are not finite', {
    reason: 'not_finite',
  });
}
