import { performance } from 'node:perf_hooks';
import type { EncodedBatch } from './encoder.js';
import { HandspringError } from './errors.js';

export interface BatcherOptions<Row> {
  /** Runs one batch; gives one vector per row, `undefined` where the numbers were not finite. */
  encode(rows: readonly Row[]): Promise<EncodedBatch>;
  /** Most rows in a batch. */
  readonly maxBatch: number;
  /** Most rows of bulk in a batch while queries come; by default `maxBatch`. */
  readonly politeBatch?: number;
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
  /** Called when its batch is sent. */
  readonly onStart?: (() => void) | undefined;
}

export interface EncodedRow {
  readonly vector: Float32Array;
  readonly queueMs: number;
  readonly encodeMs: number;
}

interface Waiting<Row> {
  readonly row: Row;
  readonly signal: AbortSignal | undefined;
  readonly since: number;
  readonly onStart: (() => void) | undefined;
  resolve(result: EncodedRow): void;
  reject(error: unknown): void;
}

/** After so many batches led by urgent rows, the oldest bulk row leads the next: bulk is slowed, never starved. */
export const MAX_OVERTAKES = 4;

/**
 * For so long after an urgent row another one is expected, and bulk goes in batches of `politeBatch`: a query waits for
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
  private readonly urgent: Waiting<Row>[] = [];
  private readonly bulk: Waiting<Row>[] = [];
  private overtakes = 0;
  private lastUrgentMs = -Infinity;
  private busyLanes = 0;
  private rowsRunning = 0;

  constructor(private readonly options: BatcherOptions<Row>) {}

  get waiting(): number {
    return this.urgent.length + this.bulk.length;
  }

  get running(): number {
    return this.rowsRunning;
  }

  /**
   * The row's vector, once its batch has run.
   * @throws HandspringError `encoder_failed` if its batch failed; the signal's reason as soon as it is aborted.
   */
  enqueue(row: Row, { signal, urgent = false, onStart }: EnqueueOptions = {}): Promise<EncodedRow> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = () => reject(signal?.reason);
      const settled = () => signal?.removeEventListener('abort', onAbort);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (urgent) this.lastUrgentMs = this.now();
      (urgent ? this.urgent : this.bulk).push({
        row,
        signal,
        since: performance.now(),
        onStart,
        resolve: (result) => (settled(), resolve(result)),
        reject: (error) => (settled(), reject(error)),
      });
      this.fill();
    });
  }

  private fill(): void {
    const { lanes = 1 } = this.options;
    while (this.busyLanes < lanes) {
      const batch = this.take();
      if (batch.length === 0) return;
      void this.run(batch);
    }
  }

  /**
   * The rows of the next batch. Where urgent rows lead it no bulk is added, which would make each of them wait for all of
   * it; where bulk leads, urgent rows of its group take the room that is left.
   */
  private take(): Waiting<Row>[] {
    this.dropAborted(this.urgent);
    this.dropAborted(this.bulk);
    const { maxBatch } = this.options;
    const bulkLeads = this.bulk.length > 0 && (this.urgent.length === 0 || this.overtakes >= MAX_OVERTAKES);
    this.overtakes = bulkLeads || this.bulk.length === 0 ? 0 : this.overtakes + 1;
    if (!bulkLeads) return this.pick(this.urgent, [], maxBatch);
    return this.pick(this.urgent, this.pick(this.bulk, [], this.bulkLimit()), maxBatch);
  }

  private bulkLimit(): number {
    const { maxBatch, politeBatch = maxBatch } = this.options;
    return this.now() - this.lastUrgentMs < POLITE_MS ? politeBatch : maxBatch;
  }

  private now(): number {
    return (this.options.now ?? performance.now.bind(performance))();
  }

  /** Moves rows of one group from a queue into the batch, oldest first; the first row of all decides the group. */
  private pick(queue: Waiting<Row>[], batch: Waiting<Row>[], limit: number): Waiting<Row>[] {
    for (let at = 0; at < queue.length && batch.length < limit;) {
      const candidate = queue[at];
      if (!candidate) break;
      const [first = candidate] = batch;
      if (this.groupOf(candidate) === this.groupOf(first)) batch.push(...queue.splice(at, 1));
      else at++;
    }
    return batch;
  }

  private groupOf(waiting: Waiting<Row>): number {
    return this.options.groupOf?.(waiting.row) ?? 0;
  }

  private dropAborted(queue: Waiting<Row>[]): void {
    for (let at = queue.length - 1; at >= 0; at--) {
      const waiting = queue[at];
      if (!waiting?.signal?.aborted) continue;
      queue.splice(at, 1);
      waiting.reject(waiting.signal.reason);
    }
  }

  private async run(batch: readonly Waiting<Row>[]): Promise<void> {
    const started = performance.now();
    this.busyLanes++;
    this.rowsRunning += batch.length;
    this.options.onBatch?.(batch.length);
    for (const { onStart } of batch) onStart?.();
    let encoded: EncodedBatch;
    try {
      encoded = await this.encode(batch);
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
      return this.release(batch);
    }
    this.release(batch); // the next batch is under way while this one is answered
    await this.answer(batch, encoded, started);
  }

  private async encode(batch: readonly Waiting<Row>[]): Promise<EncodedBatch> {
    const encoded = await this.options.encode(batch.map(({ row }) => row));
    const { length } = encoded.vectors;
    if (length === batch.length) return encoded;
    throw new HandspringError('internal', `expected ${batch.length} vectors, received ${length}`);
  }

  private release(batch: readonly Waiting<Row>[]): void {
    this.busyLanes--;
    this.rowsRunning -= batch.length;
    this.fill();
  }

  /** A few rows at a time: to answer them takes the main thread, which has others to hear meanwhile. */
  private async answer(
    batch: readonly Waiting<Row>[],
    { vectors, encodeMs }: EncodedBatch,
    started: number,
  ): Promise<void> {
    for (const [index, waiting] of batch.entries()) {
      if (index > 0 && index % ANSWERED_AT_ONCE === 0) await new Promise(setImmediate);
      const vector = vectors[index];
      if (vector) waiting.resolve({ vector, queueMs: started - waiting.since, encodeMs });
      else waiting.reject(notFinite());
    }
  }
}

function notFinite(): HandspringError {
  return new HandspringError('encoder_failed', 'the model gave numbers that are not finite', {
    reason: 'not_finite',
  });
}
