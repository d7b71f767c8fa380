interface Closable {
  close(): Promise<void>;
}

/** Something that towers of one engine use together: started by the first of them, closed by the last. */
export class Shared<T extends Closable> {
  readonly #running = new WeakMap<object, { readonly started: Promise<T>; users: number }>();

  /**
   * @param key What the engine is told by, such as the settings that all of its towers get.
   * @returns It, and how to give it back, once.
   * @throws what starting it throws; the next one then tries again.
   */
  async use(key: object, start: () => Promise<T>): Promise<{ shared: T; close: () => Promise<void> }> {
    const running = this.#running.get(key) ?? { started: start(), users: 0 };
    this.#running.set(key, running);
    running.users++;
    const leave = () => {
      if (--running.users > 0) return false;
      if (this.#running.get(key) === running) this.#running.delete(key);
      return true;
    };
    try {
      const shared = await running.started;
      return { shared, close: async () => (leave() ? shared.close() : undefined) };
    } catch (error) {
      leave();
      throw error;
    }
  }
}
