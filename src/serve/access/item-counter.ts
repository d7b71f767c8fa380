import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Rate } from './rate.js';

/** Counts the items of callers within one limit's windows. */
export interface ItemCounter {
  /**
   * Counts items if they fit, and tells what is left.
   * @throws RateLimiterRes if they do not: then nothing is counted.
   */
  take(id: string, items: number): Promise<RateLimiterRes>;
  /** Uncounts items, within their window. */
  giveBack(id: string, items: number): Promise<void>;
  /** What a caller has left; `null` of one that has taken nothing. */
  left(id: string): Promise<RateLimiterRes | null>;
}

/** In the memory of this process. */
export class MemoryCounter implements ItemCounter {
  readonly #limiter: RateLimiterMemory;

  constructor(name: string, { items: points, seconds: duration }: Rate) {
    this.#limiter = new RateLimiterMemory({ keyPrefix: name, points, duration });
  }

  async take(id: string, items: number): Promise<RateLimiterRes> {
    try {
      return await this.#limiter.consume(id, items);
    } catch (refused) {
      if (refused instanceof RateLimiterRes) await this.giveBack(id, items); // it counts first, and looks then
      throw refused;
    }
  }

  async giveBack(id: string, items: number): Promise<void> {
    await this.#limiter.reward(id, items);
  }

  left(id: string): Promise<RateLimiterRes | null> {
    return this.#limiter.get(id);
  }
}
