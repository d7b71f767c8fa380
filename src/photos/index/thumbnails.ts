import { Piscina } from 'piscina';
import { Budget } from '../../core/budget.js';
import { ownModule, threadFlags } from '../../core/own-module.js';
import { fromRefusal, isRefusal } from '../../core/refusal.js';
import type { Refusal } from '../../core/refusal.js';
import type { ThumbnailSettings, ThumbnailTask } from './thumbnail-thread.js';
import type { ThumbnailSize } from './thumbnail.js';

/** As many as libuv has threads to decode in; more would only be held in memory. */
const AT_ONCE = 4;
const IDLE_MS = 30_000;

/**
 * Makes thumbnails in a thread of their own, few at once and within a bound of pixels, so that neither probes nor searches
 * wait for them. The thread is started by the first one, and ends when nobody has looked for a while.
 */
export class Thumbnails {
  readonly #slots = new Budget({ capacity: AT_ONCE });
  readonly #pool: Piscina<ThumbnailTask | null, Uint8Array | Refusal | null>;
  #loaded: Promise<unknown> | undefined;

  constructor(settings: ThumbnailSettings) {
    this.#pool = new Piscina({
      execArgv: threadFlags(),
      filename: ownModule(new URL('./thumbnail-thread.js', import.meta.url)).href,
      minThreads: 0,
      maxThreads: 1,
      concurrentTasksPerWorker: AT_ONCE,
      idleTimeout: IDLE_MS,
      workerData: settings,
    });
    // A thread that dies while it has no task; the next task starts another one.
    this.#pool.on('error', () => undefined);
  }

  /**
   * @param read Gives the encoded image once it is its turn: those that wait are not in memory.
   * @throws HandspringError `invalid_image` or `payload_too_large`; what `read` throws; the signal's reason if it is aborted
   *   before it was begun.
   */
  async make(
    read: () => Promise<Uint8Array>,
    size: ThumbnailSize,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    return this.#slots.run(1, () => this.#make(read, size, signal), { signal });
  }

  async close(): Promise<void> {
    await this.#loaded?.catch(() => undefined); // Node 20 aborts the process if a thread is ended while it loads its module
    await this.#pool.close();
  }

  async #make(
    read: () => Promise<Uint8Array>,
    size: ThumbnailSize,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    this.#loaded ??= this.#pool.run(null);
    const bytes = await read();
    signal?.throwIfAborted();
    const outcome = await this.#pool.run({ bytes, size });
    if (!outcome) throw new Error('expected a thumbnail, received nothing');
    if (isRefusal(outcome)) throw fromRefusal(outcome);
    return outcome;
  }
}
