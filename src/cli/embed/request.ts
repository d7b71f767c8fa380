import type { Item } from '../../core/embedder.js';

/** What a line of the answer begins with: `{"file": …}`, `{"text": …, "line": …}`, or the caller's own `{"id": …}`. */
export type Named = Readonly<Record<string, unknown>>;

/** One thing to be embedded, and how the answer names it. */
export interface EmbedRequest {
  readonly named: Named;
  /** What messages call it: a path, or `line 3`. */
  readonly name: string;
  /** What it takes of memory once it is read, in bytes, as far as that is known before. */
  readonly bytes: number;
  /**
   * Reads it, once its turn comes.
   * @throws Error that says what is wrong with it.
   */
  load(): Promise<Item>;
}
