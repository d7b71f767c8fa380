/**
 * How many batches may be under way, adapted as TCP adapts its window (additive increase, multiplicative decrease; Chiu
 * and Jain 1989): each round of batches that all went well allows one more, a refusal allows half as many.
 */
export class AdaptiveLimit {
  #allowed: number;
  #active = 0;
  #succeeded = 0;
  #cuts = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #max: number;

  /** @param max The most at once; the start is there too, as only a refusal shows that it is too many. */
  constructor(max: number) {
    this.#max = max;
    this.#allowed = max;
  }

  get current(): number {
    return this.#allowed;
  }

  /** Waits for a place. The ticket says what the limit was taken under; it goes to `refused`. */
  async acquire(): Promise<number> {
    while (this.#active >= this.#allowed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#active++;
    return this.#cuts;
  }

  release(): void {
    this.#active--;
    this.#wake();
  }

  succeededOnce(): void {
    if (++this.#succeeded < this.#allowed) return;
    this.#succeeded = 0;
    if (this.#allowed < this.#max) {
      this.#allowed++;
      this.#wake();
    }
  }

  /** Halves the limit, once for all batches that were under way together. Returns the ticket for the next try. */
  refused(ticket: number): number {
    if (ticket === this.#cuts) {
      this.#cuts++;
      this.#succeeded = 0;
      this.#allowed = Math.max(1, Math.floor(this.#allowed / 2));
    }
    return this.#cuts;
  }

  #wake(): void {
    for (let free = this.#allowed - this.#active; free > 0; free--) this.#waiting.shift()?.();
  }
}
