import { Piscina } from 'piscina';
import { ownModule } from '../../core/own-module.js';
import { HandspringError } from '../../core/errors.js';
import { plainPixels } from './decode/decoding-bytes.js';
import type { ImageHeader, ImageLimits } from './decode/inspect.js';
import { inspectImage } from './decode/inspect.js';
import type { ImageSettings } from './settings.js';
import { PixelBudget } from './pixel-budget.js';
import { untilAborted } from '../../core/until-aborted.js';
import type { PrepareSettings, PrepareTask, Refusal } from './prepare-thread.js';

export interface ImagePreparerOptions {
  readonly settings: ImageSettings;
  readonly limits: ImageLimits;
  /** Turn photos by their EXIF orientation first. */
  readonly orient: boolean;
  readonly threads: number;
  /** Most pixels decoded at once, as of a plain JPEG: those of a format that takes more memory count for more. */
  readonly maxPendingPixels: number;
  /** Hears of the pixels that are being decoded whenever they change. */
  readonly onPixels?: (held: number) => void;
}

export interface PrepareOptions {
  /** Aborted when nobody waits for the image any more. */
  readonly signal?: AbortSignal | undefined;
  /** A query: goes before bulk that waits. */
  readonly urgent?: boolean;
}

/** Encoded images → the pixels a model wants, in threads of their own, bounded by count and by pixels. */
export class ImagePreparer {
  private readonly pool: Piscina<PrepareTask | null, Float32Array<ArrayBuffer> | Refusal | null>;
  private readonly loaded: Promise<unknown>;
  private readonly budget: PixelBudget;

  constructor(private readonly options: ImagePreparerOptions) {
    // One more than there are threads, so that none waits for the main thread to bring the next image.
    this.budget = new PixelBudget(options.maxPendingPixels, options.threads + 1, options.onPixels);
    this.pool = new Piscina({
      filename: ownModule(new URL('./prepare-thread.js', import.meta.url)).href,
      minThreads: options.threads,
      maxThreads: options.threads,
      workerData: { settings: options.settings, orient: options.orient } satisfies PrepareSettings,
    });
    this.loaded = Promise.allSettled(Array.from({ length: options.threads }, () => this.pool.run(null)));
  }

  /**
   * One image as `[3, S, S]` float32, in a buffer of its own.
   * @throws HandspringError `invalid_image` or `payload_too_large`; the signal's reason if it is aborted first.
   */
  async prepare(
    bytes: Uint8Array,
    { signal, urgent = false }: PrepareOptions = {},
  ): Promise<Float32Array<ArrayBuffer>> {
    const { limits, orient } = this.options;
    const header = await inspectImage(bytes, limits, orient);
    signal?.throwIfAborted();
    const prepared = this.budget.run(
      plainPixels(header),
      () => this.runInThread(bytes, header, signal),
      urgent,
    );
    return signal ? untilAborted(prepared, signal) : prepared;
  }

  async close(): Promise<void> {
    await this.loaded; // Node 20 aborts the process if a thread is ended while it loads its module
    await this.pool.close({ force: true });
  }

  /**
   * Skips an image that nobody waits for any more; one that has begun is finished. Piscina would end its thread instead,
   * and report an answer that comes at that moment as an error that ends the process.
   */
  private async runInThread(bytes: Uint8Array, header: ImageHeader, signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
    const outcome = await this.pool.run({ bytes, header });
    if (!outcome) throw new Error('expected the pixels of an image, received nothing');
    if (outcome instanceof Float32Array) return outcome;
    const { code, message, reason } = outcome;
    throw new HandspringError(code, message, reason === undefined ? {} : { reason });
  }
}
