import { Budget } from '../../core/budget.js';
import type { Caller } from '../../core/virtual-clock.js';
import { ownModule } from '../../core/own-module.js';
import { plainPixels } from './decode/decoding-bytes.js';
import type { ImageLimits } from './decode/inspect.js';
import { inspectImage } from './decode/inspect.js';
import type { ImageSettings } from './settings.js';
import { untilAborted } from '../../core/until-aborted.js';
import { PreparePool } from '../prepare-pool.js';
import type { PrepareSettings, PrepareTask } from './prepare-thread.js';

export interface ImagePreparerOptions {
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
  /** Whose image it is: callers take turns. */
  readonly caller?: Caller | undefined;
}

/** Encoded images → the pixels that towers want, in threads of their own, bounded by count and by pixels. */
export class ImagePreparer {
  readonly #options: ImagePreparerOptions;
  readonly #pool: PreparePool<PrepareTask>;
  readonly #budget: Budget;

  private constructor(pool: PreparePool<PrepareTask>, options: ImagePreparerOptions) {
    const { threads, maxPendingPixels, onPixels } = options;
    this.#options = options;
    this.#pool = pool;
    // One more than there are threads, so that none waits for the main thread to bring the next image.
    this.#budget = new Budget({ capacity: maxPendingPixels, slots: threads + 1, onChange: onPixels });
  }

  /**
   * Threads that are ready to prepare.
   * @throws Error if a thread cannot be started.
   */
  static async start(options: ImagePreparerOptions): Promise<ImagePreparer> {
    const { orient, threads } = options;
    const module = ownModule(new URL('./prepare-thread.js', import.meta.url));
    const pool = await PreparePool.start<PrepareTask>(module, threads, {
      orient,
    } satisfies PrepareSettings);
    return new ImagePreparer(pool, options);
  }

  /**
   * One image as a row of `rowShape(settings)`, in a buffer of its own.
   * @throws HandspringError `invalid_image` or `payload_too_large`; the signal's reason if it is aborted first.
   */
  async prepare(
    bytes: Uint8Array,
    settings: ImageSettings,
    { signal, urgent = false, caller }: PrepareOptions = {},
  ): Promise<Float32Array<ArrayBuffer>> {
    const { limits, orient } = this.#options;
    const header = await inspectImage(bytes, limits, orient);
    const work = () => this.#pool.run({ bytes, header, settings }, signal);
    const prepared = this.#budget.run(plainPixels(header), work, { urgent, caller, signal });
    return signal ? untilAborted(prepared, signal) : prepared;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
