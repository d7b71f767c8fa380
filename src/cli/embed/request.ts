import type { Item } from '../../core/embedder.js';

/** One thing to be embedded, and how the answer names it. */
export interface EmbedRequest {
  /** What the line of the answer begins with: `{"file": …}`, `{"text": …}`, or the caller's own `{"id": …}`. */
  readonly named: Readonly<Record<string, unknown>>;
  /** What messages call it: a path, or `line 3`. */
  readonly name: string;
  /**
   * Reads it, once its turn comes.
   * @throws Error that says what is wrong with it.
   */
  load(): Promise<Item>;
}
