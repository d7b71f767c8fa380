import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** From then on a person wants to know what is being waited for. */
const LONG_WAIT_MS = 3_000;

export interface BackoffOptions {
  /** How long nothing may succeed before waiting ends, in milliseconds. */
  readonly patienceMs: number;
  /** Called once in each wait that has become long, with the reason of the last refusal. */
  readonly onLongWait?: (reason: string) => void;
  /** Injected in tests. */
  readonly now?: () => number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly random?: () => number;
}

/**
 * Waiting before another try: twice as long after each refusal, up to 8 seconds, half of it random so that batches which
 * were refused together do not come back together. Unlike `withRetries`, which counts one caller's tries, all batches share
 * the clock of the last success: as long as one goes through, the others wait.
 */
export class Backoff {
  #lastSuccess: number;
  #isTold = false;
  readonly #now: () => number;
  readonly #wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly #random: () => number;
  readonly #options: BackoffOptions;

  constructor(options: BackoffOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#wait = options.wait ?? ((ms, signal) => sleep(ms, undefined, { signal }));
    this.#random = options.random ?? Math.random;
    this.#lastSuccess = this.#now();
  }

  succeeded(): void {
    this.#lastSuccess = this.#now();
    this.#isTold = false;
  }

  /** Nothing has succeeded for so long that waiting on makes no sense. */
  get isExhausted(): boolean {
    return this.#now() - this.#lastSuccess > this.#options.patienceMs;
  }

  /**
   * Waits after the `refusals`-th refusal in a row; ends early, without an error, on the signal.
   * @param refusals At least 1.
   * @param reason Why it was refused, for whoever waits.
   */
  async afterRefusal(refusals: number, signal: AbortSignal, reason: string): Promise<void> {
    if (!this.#isTold && this.#now() - this.#lastSuccess > LONG_WAIT_MS) {
      this.#isTold = true;
      this.#options.onLongWait?.(reason);
    }
    const longest = Math.min(FIRST_WAIT_MS * 2 ** (refusals - 1), LONGEST_WAIT_MS);
    try {
      await this.#wait(longest / 2 + (this.#random() * longest) / 2, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
