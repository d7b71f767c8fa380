import './no-telemetry.js'; // in the main thread: what a worker sets is not seen by libraries
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { EncodedBatch, Encoder, Row } from '../../core/encoder.js';
import { HandspringError } from '../../core/errors.js';
import { ownModule, threadFlags } from '../../core/own-module.js';
import type { EncoderFacts } from '../../core/encoder.js';
import type { EncoderSpec } from './encoder-spec.js';
import type { Order, Report } from './encoder-thread.js';

const THREAD_FILE = ownModule(new URL('./encoder-thread.js', import.meta.url));

/** First wait before a dead thread is replaced, in milliseconds; doubled after each death without a batch done between. */
const FIRST_RESPAWN_MS = 50;
const LONGEST_RESPAWN_MS = 10_000;

interface ThreadEvents {
  /** A thread that had been ready is gone, and another will take its place. */
  onDeath?(error: Error): void;
  onReady?(facts: EncoderFacts): void;
}

interface Pending {
  readonly id: number;
  resolve(batch: EncodedBatch): void;
  reject(error: Error): void;
}

/**
 * A model file in a worker thread of its own. When the thread dies, the batch it had fails with `encoder_failed` and a new
 * thread is started; a thread that cannot even load fails the start instead, so that a broken model does not loop.
 */
export class ThreadedEncoder implements Encoder {
  readonly lanes = 1;
  readonly #spec: EncoderSpec;
  readonly #events: ThreadEvents;
  readonly #threadFile: URL;
  #worker: Worker | undefined;
  #pending: Pending | undefined;
  #busy = false;
  #nextId = 0;
  #deathsInARow = 0;
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;
  #replacement: Promise<void> | undefined;

  private constructor(spec: EncoderSpec, events: ThreadEvents, threadFile: URL) {
    this.#spec = spec;
    this.#events = events;
    this.#threadFile = threadFile;
  }

  /**
   * A loaded and warmed-up encoder.
   * @throws Error that says why the model could not be loaded.
   */
  static async start(
    spec: EncoderSpec,
    events: ThreadEvents = {},
    threadFile: URL = THREAD_FILE,
  ): Promise<{ encoder: ThreadedEncoder; facts: EncoderFacts }> {
    const encoder = new ThreadedEncoder(spec, events, threadFile);
    return { encoder, facts: await encoder.#spawn() };
  }

  async encode(rows: readonly Row[]): Promise<EncodedBatch> {
    if (this.#busy) throw new Error('one batch at a time: the one before is not done');
    this.#busy = true;
    try {
      if (!this.#worker) await this.#replacement;
      const batch = await this.#send(rows);
      this.#deathsInARow = 0;
      return batch;
    } finally {
      this.#busy = false;
    }
  }

  /** Lets the batch under way end, and then the thread. */
  close(): Promise<void> {
    return (this.#closed ??= this.#letGo());
  }

  async #letGo(): Promise<void> {
    this.#closing.abort();
    await this.#replacement; // a thread that is just being started is waited for: it cannot be told to go before
    const worker = this.#worker;
    if (!worker) return;
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.ref();
    worker.postMessage({ kind: 'close' } satisfies Order);
    await gone;
  }

  async #send(rows: readonly Row[]): Promise<EncodedBatch> {
    const worker = this.#worker;
    if (!worker || this.#isClosing) throw this.#notLoaded();
    const id = this.#nextId++;
    return new Promise<EncodedBatch>((resolve, reject) => {
      this.#pending = { id, resolve, reject };
      worker.ref();
      const order: Order = { kind: 'encode', id, rows };
      worker.postMessage(
        order,
        rows.map((row) => row.buffer),
      );
    });
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  #spawn(): Promise<EncoderFacts> {
    const worker = new Worker(this.#threadFile, {
      execArgv: threadFlags(),
      workerData: this.#spec,
      name: `${this.#spec.name}-tower`,
    });
    return new Promise((resolve, reject) => {
      let failure: Error | undefined;
      let ready = false;
      worker.on('message', (message: Report) => {
        if (message.kind !== 'ready') return this.#answer(message);
        ready = true;
        worker.unref(); // idle, it does not keep the process from ending
        this.#worker = worker;
        this.#events.onReady?.(message.facts);
        resolve(message.facts);
      });
      worker.on('error', (error: Error) => (failure = error));
      worker.on('exit', (code) => {
        const error =
          failure ?? new Error(`the thread of the ${this.#spec.name} tower ended with code ${code}`);
        if (ready) this.#onExit(error);
        else reject(error);
      });
    });
  }

  #answer(message: Exclude<Report, { kind: 'ready' }>): void {
    const pending = this.#pending;
    if (pending?.id !== message.id) return;
    this.#pending = undefined;
    this.#worker?.unref();
    if (message.kind === 'encoded') pending.resolve(message.batch);
    else pending.reject(this.#failed(new Error(message.message)));
  }

  #onExit(error: Error): void {
    this.#worker = undefined;
    const pending = this.#pending;
    this.#pending = undefined;
    if (!this.#isClosing) {
      this.#events.onDeath?.(error);
      this.#replacement = this.#respawn();
    }
    pending?.reject(this.#failed(error));
  }

  /** Tries until a thread is ready or the encoder is closed; never rejects. */
  async #respawn(): Promise<void> {
    while (!this.#isClosing) {
      const waitMs = Math.min(LONGEST_RESPAWN_MS, FIRST_RESPAWN_MS * 2 ** this.#deathsInARow++);
      await setTimeout(waitMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      try {
        if (!this.#isClosing) await this.#spawn();
        return;
      } catch (error) {
        this.#events.onDeath?.(error as Error);
      }
    }
  }

  #failed(cause: Error): HandspringError {
    if (this.#isClosing) return this.#notLoaded(); // the thread was told to go, and the batch with it: no fault of the tower's
    return new HandspringError('encoder_failed', `the ${this.#spec.name} tower failed; try again`, {
      cause,
    });
  }

  #notLoaded(): HandspringError {
    return new HandspringError('not_ready', `the ${this.#spec.name} tower is not loaded`);
  }
}
