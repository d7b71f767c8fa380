import { Piscina } from 'piscina';
import { Budget } from '../../core/budget.js';
import { ownModule, threadFlags } from '../../core/own-module.js';
import { plainPixels } from './decode/decoding-bytes.js';
import type { ImageHeader, ImageLimits } from './decode/inspect.js';
import { inspectImage } from './decode/inspect.js';
import { fromRefusal, isRefusal } from '../../core/refusal.js';
import type { Refusal } from '../../core/refusal.js';
import type { ImageSettings } from './settings.js';
import { untilAborted } from '../../core/until-aborted.js';
import type { PrepareSettings, PrepareTask } from './prepare-thread.js';

export interface ImagePreparerOptions {
  readonly settings: ImageSettings;
  readonly limits: ImageLimits;
  /** Turn photos by their EXIF orientation first. */
  readonly orient: boolean;
  readonly threads: number;
  /** Most pixels decoded at once, as of a plain JPEG: those of a format that takes more memory count for more. */
  readonly maxPendingPixels: number;
  /** Hears of the pixels that are being decoded whenever they change. */
  readonly onPixels?: ((held: number) => void) | undefined;
}

export interface PrepareOptions {
  /** Aborted when nobody waits for the image any more. */
  readonly signal?: AbortSignal | undefined;
  /** A query: goes before bulk that waits. */
  readonly urgent?: boolean;
}

/** Encoded images → the pixels a model wants, in threads of their own, bounded by count and by pixels. */
export class ImagePreparer {
  readonly #options: ImagePreparerOptions;
  readonly #pool: Piscina<PrepareTask | null, Float32Array<ArrayBuffer> | Refusal | null>;
  readonly #budget: Budget;
  /** The threads have loaded what they need. */
  readonly #loaded: Promise<unknown>;

  private constructor(options: ImagePreparerOptions) {
    const { threads, maxPendingPixels, onPixels } = options;
    this.#options = options;
    // One more than there are threads, so that none waits for the main thread to bring the next image.
    this.#budget = new Budget({ capacity: maxPendingPixels, slots: threads + 1, onChange: onPixels });
    this.#pool = new Piscina({
      filename: ownModule(new URL('./prepare-thread.js', import.meta.url)).href,
      execArgv: threadFlags(),
      minThreads: threads,
      maxThreads: threads,
      workerData: { settings: options.settings, orient: options.orient } satisfies PrepareSettings,
    });
    // A thread that dies while it has no task: its task's caller hears of any other death. Piscina starts another one.
    this.#pool.on('error', () => undefined);
    this.#loaded = Promise.all(Array.from({ length: threads }, () => this.#pool.run(null)));
  }

  /**
   * Threads that are ready to prepare.
   * @throws Error if a thread cannot be started.
   */
  static async start(options: ImagePreparerOptions): Promise<ImagePreparer> {
    const preparer = new ImagePreparer(options);
    try {
      await preparer.#loaded;
    } catch (error) {
      await preparer.close();
      throw error;
    }
    return preparer;
  }

  /**
   * One image as `[3, S, S]` float32, in a buffer of its own.
   * @throws HandspringError `invalid_image` or `payload_too_large`; the signal's reason if it is aborted first.
   */
  async prepare(
    bytes: Uint8Array,
    { signal, urgent = false }: PrepareOptions = {},
  ): Promise<Float32Array<ArrayBuffer>> {
    const { limits, orient } = this.#options;
    const header = await inspectImage(bytes, limits, orient);
    const work = () => this.#runInThread(bytes, header, signal);
    const prepared = this.#budget.run(plainPixels(header), work, { urgent, signal });
    return signal ? untilAborted(prepared, signal) : prepared;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#loaded]); // Node 20 aborts the process if a thread is ended while it loads its module
    await this.#pool.close({ force: true });
  }

  /**
   * Skips an image that nobody waits for any more; one that has begun is finished. Piscina would end its thread instead,
   * and report an answer that comes at that moment as an error that ends the process.
   */
  async #runInThread(bytes: Uint8Array, header: ImageHeader, signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
    const outcome = await this.#pool.run({ bytes, header });
    if (!outcome) throw new Error('expected the pixels of an image, received nothing');
    if (isRefusal(outcome)) throw fromRefusal(outcome);
    return outcome;
  }
}
