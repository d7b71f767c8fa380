import { Piscina } from 'piscina';
import { threadFlags } from '../core/own-module.js';
import { fromRefusal, isRefusal } from '../core/refusal.js';
import type { Refusal } from '../core/refusal.js';

/**
 * Threads that prepare items. Their module's default export takes a task and gives numbers, or the refusal of a bad item;
 * for no task it gives nothing, once it has loaded.
 */
export class PreparePool<Task extends object> {
  readonly #pool: Piscina<Task | null, Float32Array<ArrayBuffer> | Refusal | null>;
  /** The threads have loaded what they need. */
  readonly #loaded: Promise<unknown>;

  private constructor(module: URL, threads: number, settings: object) {
    this.#pool = new Piscina({
      filename: module.href,
      execArgv: threadFlags(),
      minThreads: threads,
      maxThreads: threads,
      workerData: settings,
    });
    // A thread that dies while it has no task: its task's caller hears of any other death. Piscina starts another one.
    this.#pool.on('error', () => undefined);
    this.#loaded = Promise.all(Array.from({ length: threads }, () => this.#pool.run(null)));
  }

  /**
   * Threads that are ready to prepare.
   * @param module As `ownModule(new URL('./x.js', import.meta.url))`; it finds `settings` as its `workerData`.
   * @throws Error if a thread cannot be started.
   */
  static async start<Task extends object>(
    module: URL,
    threads: number,
    settings: object,
  ): Promise<PreparePool<Task>> {
    const pool = new PreparePool<Task>(module, threads, settings);
    try {
      await pool.#loaded;
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  /**
   * What a thread makes of the task, in a buffer of its own. Skips one that nobody waits for any more; one that has begun is
   * finished. Piscina would end its thread instead, and report an answer that comes at that moment as an error that ends the
   * process.
   * @throws HandspringError as the thread refused it; the signal's reason if it was aborted before it began.
   */
  async run(task: Task, signal?: AbortSignal): Promise<Float32Array<ArrayBuffer>> {
    signal?.throwIfAborted();
    const outcome = await this.#pool.run(task);
    if (!outcome) throw new Error('expected what an item became, received nothing');
    if (isRefusal(outcome)) throw fromRefusal(outcome);
    return outcome;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#loaded]); // Node 20 aborts the process if a thread is ended while it loads its module
    await this.#pool.close({ force: true });
  }
}
