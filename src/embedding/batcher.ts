import { performance } from 'node:perf_hooks';
import type { EncodedBatch } from '../encoder/encoder.js';
import { HandspringError } from '../errors.js';

export interface BatcherOptions<Row> {
  /** Runs one batch; gives one vector per row, `undefined` where the numbers were not finite. */
  encode(rows: readonly Row[]): Promise<EncodedBatch>;
  /** Most rows in a batch. */
  readonly maxBatch: number;
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
  /** Goes before the bulk, within a bound; see `MAX_OVERTAKES`. */
  readonly urgent?: boolean;
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
  resolve(result: EncodedRow): void;
  reject(error: unknown): void;
}

/** After so many batches led by urgent rows, the oldest bulk row leads the next: bulk is slowed, never starved. */
export const MAX_OVERTAKES = 4;

/**
 * Rows become batches without a timer: whenever the encoder is free it takes what waits, up to the batch limit. A lone
 * row therefore starts at once, and under load batches fill by themselves.
 */
export class Batcher<Row> {
  private readonly urgent: Waiting<Row>[] = [];
  private readonly bulk: Waiting<Row>[] = [];
  private overtakes = 0;
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
  enqueue(row: Row, { signal, urgent = false }: EnqueueOptions = {}): Promise<EncodedRow> {
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(signal?.reason);
      const settled = () => signal?.removeEventListener('abort', onAbort);
      signal?.addEventListener('abort', onAbort, { once: true });
      (urgent ? this.urgent : this.bulk).push({
        row,
        signal,
        since: performance.now(),
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

  private take(): Waiting<Row>[] {
    this.dropAborted(this.urgent);
    this.dropAborted(this.bulk);
    const bulkIsDue = this.bulk.length > 0 && (this.urgent.length === 0 || this.overtakes >= MAX_OVERTAKES);
    this.overtakes = bulkIsDue || this.bulk.length === 0 ? 0 : this.overtakes + 1;
    const [first, second] = bulkIsDue ? [this.bulk, this.urgent] : [this.urgent, this.bulk];
    const batch = this.pick(first, [], undefined);
    return batch[0] ? this.pick(second, batch, this.groupOf(batch[0])) : batch;
  }

  /** Moves rows of one group from a queue into the batch, oldest first; the first row of all decides the group. */
  private pick(queue: Waiting<Row>[], batch: Waiting<Row>[], group: number | undefined): Waiting<Row>[] {
    for (let at = 0; at < queue.length && batch.length < this.options.maxBatch;) {
      const candidate = queue[at];
      if (!candidate) break;
      group ??= this.groupOf(candidate);
      if (this.groupOf(candidate) === group) batch.push(...queue.splice(at, 1));
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
    try {
      const { vectors, encodeMs } = await this.options.encode(batch.map(({ row }) => row));
      if (vectors.length !== batch.length) {
        throw new HandspringError('internal', `expected ${batch.length} vectors, received ${vectors.length}`);
      }
      batch.forEach((waiting, index) => {
        const vector = vectors[index];
        if (vector) waiting.resolve({ vector, queueMs: started - waiting.since, encodeMs });
        else waiting.reject(notFinite());
      });
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    } finally {
      this.busyLanes--;
      this.rowsRunning -= batch.length;
      this.fill();
    }
  }
}

function notFinite(): HandspringError {
  return new HandspringError('encoder_failed', 'the model gave numbers that are not finite', {
    reason: 'not_finite',
  });
}
