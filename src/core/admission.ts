import { HandspringError } from './errors.js';
import type { LimitName } from './errors.js';

/** What the largest request takes of the capacity, and all that wait for permits together: the rest is for queries that come meanwhile. */
const LARGEST_SHARE = 7 / 8;

interface Waiting {
  readonly count: number;
  start(): void;
}

/**
 * A number of permits, taken all at once or not at all. What cannot be served soon is refused now, so that the caller can go
 * elsewhere; only who has a sender that can be made to wait, such as a stream, waits for them.
 */
export class Admission {
  #held = 0;
  /** What is held, of which a request over the capacity counts for no more than its share. */
  #taken = 0;
  readonly #waiting: Waiting[] = [];
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
    return this.#take(count, counted);
  }

  /**
   * Takes `count` permits when they are free, after those who waited before; together those who wait have no more than the
   * largest request may have, so that they never have the others refused for long.
   * @throws The signal's reason if it is aborted before.
   */
  async acquireInTurn(count: number, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        count,
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve(this.#take(count, Math.min(count, this.#share)));
        },
      };
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal?.reason as Error);
        this.#startNext();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiting);
      this.#startNext();
    });
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (this.#taken > 0 && this.#taken + next.count > this.#share) return;
      this.#waiting.shift();
      next.start();
    }
  }

  #take(count: number, counted: number): () => void {
    this.#held += count;
    this.#taken += counted;
    let returned = false;
    return () => {
      if (returned) return;
      returned = true;
      this.#held -= count;
      this.#taken -= counted;
      this.#startNext();
    };
  }

  /** Of a request that is larger than all of it. */
  get #share(): number {
    return Math.max(1, Math.floor(this.capacity * LARGEST_SHARE));
  }
}
