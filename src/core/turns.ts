/**
 * How long one kind of work may keep the main thread before others get their turn, in milliseconds: a probe is answered
 * in between, however many items a request has.
 */
const TURN_MS = 5;

/** Work on the main thread that would take long in one piece, done in turns. */
export class Turns {
  #spentMs = 0;
  #resets = false;

  /** Waits for the next turn of the event loop if this one is used up, then runs `work`, which cannot be interrupted. */
  async run<T>(work: () => T): Promise<T> {
    while (this.#spentMs >= TURN_MS) await new Promise(setImmediate);
    this.#resetLater();
    const started = performance.now();
    try {
      return work();
    } finally {
      this.#spentMs += performance.now() - started;
    }
  }

  #resetLater(): void {
    if (this.#resets) return;
    this.#resets = true;
    setImmediate(() => {
      this.#spentMs = 0;
      this.#resets = false;
    });
  }
}
