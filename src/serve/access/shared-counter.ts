import { setTimeout as sleep } from 'node:timers/promises';
import { RateLimiterRes } from 'rate-limiter-flexible';
import type { ItemCounter } from './item-counter.js';

/** Whether a store that replicas share can be asked. */
export interface StoreState {
  readonly isUp: () => boolean;
  /** It did not answer, or with an error: for a moment it is not asked. */
  readonly lose: (error: Error) => void;
}

/** Longest time that a request waits for the store: a store beside the replicas answers in one. */
export const ANSWER_MS = 250;

/** Counts in a store that replicas share; while it cannot, each for itself, and no request waits or fails for it. */
export class SharedCounter implements ItemCounter {
  readonly #shared: ItemCounter;
  readonly #own: ItemCounter;
  readonly #store: StoreState;

  constructor(shared: ItemCounter, own: ItemCounter, store: StoreState) {
    this.#shared = shared;
    this.#own = own;
    this.#store = store;
  }

  take(id: string, items: number): Promise<RateLimiterRes> {
    return this.#ask((counter) => counter.take(id, items));
  }

  giveBack(id: string, items: number): Promise<void> {
    return this.#ask((counter) => counter.giveBack(id, items));
  }

  left(id: string): Promise<RateLimiterRes | null> {
    return this.#ask((counter) => counter.left(id));
  }

  async #ask<T>(work: (counter: ItemCounter) => Promise<T>): Promise<T> {
    if (!this.#store.isUp()) return work(this.#own);
    const late = new AbortController();
    try {
      const answer = work(this.#shared);
      answer.catch(() => undefined); // that of a late one is nobody's
      return await Promise.race([answer, tooLate(late.signal)]);
    } catch (error) {
      if (error instanceof RateLimiterRes) throw error; // an answer: there is no more left
      this.#store.lose(error as Error);
      return await work(this.#own);
    } finally {
      late.abort();
    }
  }
}

async function tooLate(signal: AbortSignal): Promise<never> {
  await sleep(ANSWER_MS, undefined, { signal });
  throw new Error(`no answer within ${ANSWER_MS} ms`);
}
