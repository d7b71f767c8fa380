import { setTimeout } from 'node:timers/promises';
import type { EncodedBatch, Encoder, EncoderFacts, Row } from '../../core/encoder.js';
import { HandspringError } from '../../core/errors.js';
import { ownModule } from '../../core/own-module.js';
import type { EncoderSpec } from './encoder-spec.js';
import { RunningThread } from './running-thread.js';

const THREAD_FILE = ownModule(new URL('./encoder-thread.js', import.meta.url));

/** First wait before a dead thread is replaced, in milliseconds; doubled after each death without a batch done between. */
const FIRST_RESPAWN_MS = 50;
const LONGEST_RESPAWN_MS = 10_000;

interface ThreadEvents {
  /** A thread that had been ready is gone, and another will take its place. */
  onDeath?(error: Error): void;
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
  readonly #closing = new AbortController();
  #thread: RunningThread | undefined;
  #replacement: Promise<void> | undefined;
  #deathsInARow = 0;
  #busy = false;
  #closed: Promise<void> | undefined;

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
    return { encoder, facts: (await encoder.#spawn()).facts };
  }

  async encode(rows: readonly Row[]): Promise<EncodedBatch> {
    if (this.#busy) throw new Error('one batch at a time: the one before is not done');
    this.#busy = true;
    try {
      if (!this.#thread) await this.#replacement;
      if (!this.#thread || this.#isClosing) throw this.#notLoaded();
      const batch = await this.#thread
        .encode(rows)
        .catch((error: Error) => Promise.reject(this.#failed(error)));
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
    await this.#thread?.close();
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  async #spawn(): Promise<RunningThread> {
    return (this.#thread = await RunningThread.start(this.#spec, this.#threadFile, (error) => {
      this.#thread = undefined;
      if (this.#isClosing) return;
      this.#events.onDeath?.(error);
      this.#replacement = this.#respawn();
    }));
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
