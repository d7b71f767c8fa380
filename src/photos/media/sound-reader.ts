import { Piscina } from 'piscina';
import { ownModule, threadFlags } from '../../core/own-module.js';
import { fromRefusal, isRefusal } from '../../core/refusal.js';
import type { Refusal } from '../../core/refusal.js';
import type { SoundFacts } from './sound-facts.js';
import type { SoundReaderOptions } from './sound-reader-thread.js';

const IDLE_MS = 30_000;

/**
 * Reads what there is to show of sounds, one after the other, in a thread of its own: to decode one takes milliseconds. The
 * thread is started by the first one, and ends when none has come for a while.
 */
export class SoundReader {
  readonly #pool: Piscina<Uint8Array | null, SoundFacts | Refusal | null>;
  #loaded: Promise<unknown> | undefined;

  constructor(options: SoundReaderOptions) {
    this.#pool = new Piscina({
      execArgv: threadFlags(),
      filename: ownModule(new URL('./sound-reader-thread.js', import.meta.url)).href,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: IDLE_MS,
      workerData: options,
    });
    // A thread that dies while it has no task; the next task starts another one.
    this.#pool.on('error', () => undefined);
  }

  /** @throws HandspringError `invalid_media` for what is no sound, or too long. */
  async read(bytes: Uint8Array): Promise<SoundFacts> {
    this.#loaded ??= this.#pool.run(null);
    const outcome = await this.#pool.run(bytes);
    if (!outcome) throw new Error('expected what there is to show of a sound, received nothing');
    if (isRefusal(outcome)) throw fromRefusal(outcome);
    return outcome;
  }

  async close(): Promise<void> {
    await this.#loaded?.catch(() => undefined); // Node 20 aborts the process if a thread is ended while it loads its module
    await this.#pool.close();
  }
}
