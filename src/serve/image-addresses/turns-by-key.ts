import { Budget } from '../../core/budget.js';
import type { WaitOptions } from '../../core/budget.js';

/** So many at once of each key, such as a host; what is in nobody's hands is forgotten. */
export class TurnsByKey {
  readonly #capacity: number;
  readonly #budgets = new Map<string, { readonly budget: Budget; users: number }>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /**
   * Waits for a turn. The function given back ends it, once, however often it is called.
   * @throws The signal's reason if it is aborted before.
   */
  async take(key: string, options: WaitOptions): Promise<() => void> {
    const entry = this.#budgets.get(key) ?? { budget: new Budget({ capacity: this.#capacity }), users: 0 };
    this.#budgets.set(key, entry);
    entry.users++;
    const leave = () => {
      if (--entry.users === 0) this.#budgets.delete(key);
    };
    try {
      const release = await entry.budget.acquire(1, options);
      return onceOnly(() => {
        release();
        leave();
      });
    } catch (error) {
      leave();
      throw error;
    }
  }
}

function onceOnly(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}
