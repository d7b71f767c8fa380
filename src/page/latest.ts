/** Runs one piece of work at a time: a newer one aborts the older, whose outcome is then dropped, whenever it comes. */
export class Latest {
  #current: AbortController | undefined;

  /** The outcome, or undefined when newer work has taken over. */
  async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    this.#current?.abort();
    const mine = new AbortController();
    this.#current = mine;
    try {
      const outcome = await work(mine.signal);
      return mine.signal.aborted ? undefined : outcome;
    } catch (error) {
      if (mine.signal.aborted) return undefined;
      throw error;
    }
  }
}
