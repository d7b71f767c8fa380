import { HandspringError } from './errors.js';
import type { LimitName } from './errors.js';

/** What the largest request takes of the capacity: the rest is for queries that come meanwhile. */
const LARGEST_SHARE = 7 / 8;

/**
 * A number of permits, taken all at once or not at all, and never waited for: what cannot be served soon is refused now,
 * so that the caller can go elsewhere.
 */
export class Admission {
  #held = 0;
  /** What is held, of which a request over the capacity counts for no more than its share. */
  #taken = 0;
  readonly #what: string;
  readonly #option: LimitName;

  /**
   * @param capacity Permits in all.
   * @param what What a permit stands for, in the message of the refusal: `items`, `bytes of request bodies`.
   * @param option The option that sets the capacity, named in the refusal.
   */
  constructor(
    readonly capacity: number,
    what: string,
    option: LimitName,
  ) {
    this.#what = what;
    this.#option = option;
  }

  /** What counts against the capacity: of a request that is larger than all of it, its share. */
  get inUse(): number {
    return this.#taken;
  }

  /**
   * Takes `count` permits; the function given back returns them, once, however often it is called.
   * @param asked What the caller asked for, where it counts for more: 2 videos may take 30 permits.
   * @throws HandspringError `overloaded` if they are not free at this moment. A request of more than the capacity counts for
   * a share of it: so it is let in when little else is held, instead of never, and leaves room for the small ones.
   */
  acquire(count: number, asked = count): () => void {
    const counted = count > this.capacity ? this.#share : count;
    if (this.#taken > 0 && this.#taken + counted > this.capacity) {
      const more = asked === count ? `${count} more` : `${asked} more, which count as ${count},`;
      throw new HandspringError(
        'overloaded',
        `${this.#held} ${this.#what} are being worked on, ${more} would exceed ${this.#option}=${this.capacity}; try again`,
        { limit: this.#option, retryAfterSeconds: 1 },
      );
    }
    this.#held += count;
    this.#taken += counted;
    let returned = false;
    return () => {
      if (returned) return;
      returned = true;
      this.#held -= count;
      this.#taken -= counted;
    };
  }

  /** Of a request that is larger than all of it. */
  get #share(): number {
    return Math.max(1, Math.floor(this.capacity * LARGEST_SHARE));
  }
}
