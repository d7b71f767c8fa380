import { Worker } from 'node:worker_threads';
import { ownModule } from '../../core/own-module.js';
import { HandspringError } from '../../core/errors.js';
import type { EncodedBatch, Encoder, Row, TowerFacts } from './encoder.js';
import type { Order, Report } from './encoder-thread.js';
import type { TowerSpec } from './tower-spec.js';

const THREAD_FILE = ownModule(new URL('./encoder-thread.js', import.meta.url));

/** First wait before a dead thread is replaced, in milliseconds; doubled after each death without a batch done between. */
const FIRST_RESPAWN_MS = 50;
const LONGEST_RESPAWN_MS = 10_000;

export interface ThreadEvents {
  /** A thread that had been ready is gone, and another will take its place. */
  onDeath?(error: Error): void;
  onReady?(facts: TowerFacts): void;
}

interface Pending {
  readonly id: number;
  resolve(batch: EncodedBatch): void;
  reject(error: Error): void;
}

/**
 * A tower in a worker thread of its own. When the thread dies, the batch it had fails with `encoder_failed` and a new
 * thread is started; a thread that cannot even load fails the start instead, so that a broken model does not loop.
 */
export class ThreadedEncoder implements Encoder {
  private worker: Worker | undefined;
  private pending: Pending | undefined;
  private nextId = 0;
  private deathsInARow = 0;
  private closing = false;
  private respawnTimer: NodeJS.Timeout | undefined;
  private replacement: Promise<void> | undefined;

  private constructor(
    private readonly spec: TowerSpec,
    private readonly events: ThreadEvents,
    private readonly threadFile: URL,
  ) {}

  /**
   * A loaded and warmed-up tower.
   * @throws Error that says why the model could not be loaded.
   */
  static async start(
    spec: TowerSpec,
    events: ThreadEvents = {},
    threadFile: URL = THREAD_FILE,
  ): Promise<{ encoder: ThreadedEncoder; facts: TowerFacts }> {
    const encoder = new ThreadedEncoder(spec, events, threadFile);
    return { encoder, facts: await encoder.spawn() };
  }

  async encode(rows: readonly Row[]): Promise<EncodedBatch> {
    if (this.pending) throw new Error('one batch at a time: the one before is not done');
    if (!this.worker) await this.replacement;
    const worker = this.worker;
    if (!worker || this.closing) throw this.notLoaded();
    const id = this.nextId++;
    const batch = await new Promise<EncodedBatch>((resolve, reject) => {
      this.pending = { id, resolve, reject };
      const order: Order = { kind: 'encode', id, rows };
      worker.postMessage(
        order,
        rows.map((row) => row.buffer),
      );
    });
    this.deathsInARow = 0;
    return batch;
  }

  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.respawnTimer);
    const { worker } = this;
    if (!worker) return;
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ kind: 'close' } satisfies Order);
    await gone;
  }

  private spawn(): Promise<TowerFacts> {
    const worker = new Worker(this.threadFile, {
      workerData: this.spec,
      name: `${this.spec.modality}-tower`,
    });
    return new Promise((resolve, reject) => {
      let failure: Error | undefined;
      let ready = false;
      worker.on('message', (message: Report) => {
        if (message.kind !== 'ready') return this.settle(message);
        ready = true;
        this.worker = worker;
        this.events.onReady?.(message.facts);
        resolve(message.facts);
      });
      worker.on('error', (error: Error) => (failure = error));
      worker.on('exit', (code) => {
        const error =
          failure ?? new Error(`the thread of the ${this.spec.modality} tower ended with code ${code}`);
        if (ready) this.replace(error);
        else reject(error);
      });
    });
  }

  private settle(message: Exclude<Report, { kind: 'ready' }>): void {
    const pending = this.pending;
    if (pending?.id !== message.id) return;
    this.pending = undefined;
    if (message.kind === 'encoded') pending.resolve(message.batch);
    else pending.reject(this.failed(new Error(message.message)));
  }

  private replace(error: Error): void {
    this.worker = undefined;
    const pending = this.pending;
    this.pending = undefined;
    if (!this.closing) {
      this.events.onDeath?.(error);
      this.replacement = this.respawn();
    }
    pending?.reject(this.failed(error));
  }

  /** Tries until a thread is ready or the encoder is closed; never rejects. */
  private async respawn(): Promise<void> {
    while (!this.closing) {
      const waitMs = Math.min(LONGEST_RESPAWN_MS, FIRST_RESPAWN_MS * 2 ** this.deathsInARow++);
      await new Promise((resolve) => (this.respawnTimer = setTimeout(resolve, waitMs)));
      try {
        if (!this.closing) await this.spawn();
        return;
      } catch (error) {
        this.events.onDeath?.(error as Error);
      }
    }
  }

  private failed(cause: Error): HandspringError {
    if (this.closing) return this.notLoaded(); // the thread was told to go, and the batch with it: no fault of the tower's
    return new HandspringError('encoder_failed', `the ${this.spec.modality} tower failed; try again`, {
      cause,
    });
  }

  private notLoaded(): HandspringError {
    return new HandspringError('not_ready', `the ${this.spec.modality} tower is not loaded`);
  }
}
