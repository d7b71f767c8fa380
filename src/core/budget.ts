import { FairQueue } from './fair-queue.js';
import type { Caller } from './virtual-clock.js';

export interface BudgetOptions {
  /** Of what is held at once, in the unit of the costs; a single cost over it is let in alone. */
  readonly capacity: number;
  /** Most holders at once, whatever they cost. */
  readonly slots?: number;
  /** Hears of what is held whenever it changes. */
  readonly onChange?: ((held: number) => void) | undefined;
}

export interface WaitOptions {
  /** Goes before bulk that waits, within a bound. */
  readonly urgent?: boolean | undefined;
  /** Whose it is: callers take turns, by cost. */
  readonly caller?: Caller | undefined;
  /** Aborted when nobody waits for it any more: it then gives up its place at once. */
  readonly signal?: AbortSignal | undefined;
}

interface Waiting {
  readonly cost: number;
  start(): void;
}

/** After so many queries in a row that passed waiting bulk, the oldest of the bulk is next. */
const MAX_OVERTAKES = 8;

/**
 * A bound on what is worked on at one time, such as the pixels that are being decoded. Unlike admission this waits, queries
 * first, and among those callers by turns: the request is admitted already, and a large item only has to let others finish first.
 */
export class Budget {
  readonly #options: BudgetOptions;
  readonly #queue = new FairQueue<Waiting>(MAX_OVERTAKES);
  #held = 0;
  #holders = 0;

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  get inUse(): number {
    return this.#held;
  }

  /** Runs `work` while its cost is held. @throws What `work` throws; the signal's reason if it is aborted before. */
  async run<T>(cost: number, work: () => Promise<T>, options: WaitOptions = {}): Promise<T> {
    const release = await this.acquire(cost, options);
    try {
      return await work();
    } finally {
      release();
    }
  }

  /**
   * Waits until the cost fits. The function given back returns it, once, however often it is called.
   * @throws The signal's reason if it is aborted before.
   */
  async acquire(cost: number, { urgent = false, caller, signal }: WaitOptions = {}): Promise<() => void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => {
        this.#queue.remove(waiting);
        reject(signal?.reason);
        this.#startNext(); // what stood behind it may fit
      };
      const waiting: Waiting = {
        cost,
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.add(waiting, { urgent, caller, cost });
      this.#startNext();
    });
    let returned = false;
    return () => {
      if (returned) return;
      returned = true;
      this.#change(-cost, -1);
      this.#startNext();
    };
  }

  #startNext(): void {
    for (let next = this.#queue.peek(); next && this.#fits(next.cost); next = this.#queue.peek()) {
      this.#queue.shift();
      this.#change(next.cost, 1);
      next.start();
    }
  }

  #fits(cost: number): boolean {
    const { capacity, slots = Infinity } = this.#options;
    return this.#held === 0 || (this.#holders < slots && this.#held + cost <= capacity);
  }

  #change(cost: number, holders: number): void {
    this.#held += cost;
    this.#holders += holders;
    this.#options.onChange?.(this.#held);
  }
}
