import { HandspringError } from './errors.js';
import type { LimitName } from './errors.js';

/**
 * A number of permits, taken all at once or not at all, and never waited for: what cannot be served soon is refused now,
 * so that the caller can go elsewhere.
 */
export class Admission {
  #held = 0;
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

  get inUse(): number {
    return this.#held;
  }

  /**
   * Takes `count` permits; the function given back returns them, once, however often it is called.
   * @param asked What the caller asked for, where it counts for more: 2 videos may take 30 permits.
   * @throws HandspringError `overloaded` if they are not free at this moment. More than the capacity is let in when
   * nothing else is held, so that a limit lower than one request never locks that request out for good.
   */
  acquire(count: number, asked = count): () => void {
    if (this.#held > 0 && this.#held + count > this.capacity) {
      const more = asked === count ? `${count} more` : `${asked} more, which count as ${count},`;
      throw new HandspringError(
        'overloaded',
        `${this.#held} ${this.#what} are being worked on, ${more} would exceed ${this.#option}=${this.capacity}; try again`,
        { limit: this.#option, retryAfterSeconds: 1 },
      );
    }
    this.#held += count;
    let returned = false;
    return () => {
      if (returned) return;
      returned = true;
      this.#held -= count;
    };
  }
}
