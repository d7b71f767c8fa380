import type { Hit, StoredPhoto } from '../photos/index/store.js';
import type { Found, Stretch } from './find.js';
import { BLOCK } from './layout.js';

export type Photo = StoredPhoto | Hit;

/**
 * The photos of one place, as many of them as have been asked for: the list may have hundreds of thousands. Blocks are asked
 * for by their place in it, or by a photo, each once, until the listing is stopped.
 */
export class Listing {
  readonly #ask: (stretch: Stretch, signal: AbortSignal) => Promise<Found>;
  readonly #stop = new AbortController();
  readonly #blocks = new Map<number, readonly Photo[]>();
  readonly #asked = new Map<number | string, Promise<void>>();
  readonly #indexOf = new Map<string, number>();
  #first: Found | undefined;

  constructor(ask: (stretch: Stretch, signal: AbortSignal) => Promise<Found>) {
    this.#ask = ask;
  }

  /** The first answer that came: what is in it, but its photos, holds for all. */
  get first(): Found | undefined {
    return this.#first;
  }

  get total(): number {
    return this.#first?.total ?? 0;
  }

  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Resolves when the photos of this block, or of the block that this photo is in, are known. */
  load(block: number | { readonly photo: string }): Promise<void> {
    const key = typeof block === 'number' ? block : block.photo;
    const known = typeof block === 'number' ? this.#blocks.has(block) : this.#indexOf.has(block.photo);
    if (known) return Promise.resolve();
    const asked = this.#asked.get(key);
    if (asked !== undefined) return asked;
    const stretch = typeof block === 'number' ? { offset: block * BLOCK } : { at: block.photo };
    const asking = this.#take({ limit: BLOCK, ...stretch }).finally(() => this.#asked.delete(key));
    this.#asked.set(key, asking);
    return asking;
  }

  block(block: number): readonly Photo[] | undefined {
    return this.#blocks.get(block);
  }

  /** The blocks that are known. */
  get blocks(): readonly number[] {
    return [...this.#blocks.keys()];
  }

  at(index: number): Photo | undefined {
    return this.#blocks.get(Math.floor(index / BLOCK))?.[index % BLOCK];
  }

  /** Where a photo is, if it is known. */
  indexOf(id: string): number | undefined {
    return this.#indexOf.get(id);
  }

  /**
   * How many photos, from the front, score at least `fitsFrom`. Undefined as long as the place where they end is not known,
   * and when all do.
   */
  countFitting(fitsFrom: number): number | undefined {
    const fits = (photo: Photo): boolean => 'score' in photo && photo.score >= fitsFrom;
    for (const [block, photos] of this.#blocks) {
      const within = photos.findIndex((photo) => !fits(photo));
      if (within === -1) continue;
      const before = within > 0 ? photos[within - 1] : this.at(block * BLOCK - 1);
      if ((block === 0 && within === 0) || (before !== undefined && fits(before)))
        return block * BLOCK + within;
    }
    return undefined;
  }

  stop(): void {
    this.#stop.abort();
  }

  async #take(stretch: Stretch): Promise<void> {
    const found = await this.#ask(stretch, this.#stop.signal);
    if (this.stopped) return;
    const block = Math.floor(found.offset / BLOCK);
    this.#first ??= found;
    this.#blocks.set(block, found.photos);
    found.photos.forEach(({ id }, i) => this.#indexOf.set(id, found.offset + i));
  }
}
