import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from './store.js';

/**
 * Texts that no photo shows: notions, formal phrases and strings without meaning. The photo that a model puts first for one
 * of them is first by chance.
 */
const UNRELATED = [
  'quarterly tax return',
  'the square root of two',
  'terms and conditions apply',
  'a theory of justice',
  'interest rates rose again',
  'please find attached',
  'the meaning of the word',
  'monetary policy',
  'grammar of Latin verbs',
  'an opinion about honesty',
  'next Tuesday at noon',
  'a promise to be kept',
  'the sum of the angles',
  'legal obligations of the tenant',
  'inflation and unemployment',
  'a question of principle',
  'the history of logic',
  'software licence agreement',
  'a proof by contradiction',
  'moral philosophy',
  'annual general meeting',
  'probability and statistics',
  'a change of mind',
  'the rules of debate',
  'insurance premium',
  'subject to approval',
  'a matter of time',
  'an abstract idea',
  'lorem ipsum dolor sit amet',
  'qwerty asdf zxcv',
  '12345 67890',
  'blorptang wexil',
  'the of and to in',
  'hereinafter referred to as',
  'the opposite of always',
  'a deductible expense',
  'with regard to the above',
  'the conditional tense',
  'an unforeseen delay',
  'to whom it may concern',
] as const;

/** Of the unrelated texts, those whose best photo scores at most this. The few above it may mean something to somebody's photos after all. */
const SHARE = 0.95;
/** Measured anew when the number of photos has changed by one in so many: with more of them, chance finds better ones. */
const CHANGE = 10;
const PAUSE_MS = 20;

/**
 * From which score on a photo fits a text: what the best photo gets for at most one in twenty texts that have nothing to do
 * with photos. No score means the same for two models, nor for two folders of photos, so that it is measured on these: by
 * asking for the unrelated texts, one after the other.
 */
export class FitLine {
  readonly #store: Store;
  readonly #kind: string | undefined;
  readonly #pauseMs: number;
  #level: number | undefined;
  /** How many photos there were when it was measured. */
  #count = 0;
  #measuring = false;

  /** @param kind Of which kind, where the store has several: their scores are on scales of their own. */
  constructor(
    store: Store,
    { kind, pauseMs = PAUSE_MS }: { readonly kind?: string; readonly pauseMs?: number } = {},
  ) {
    this.#store = store;
    this.#kind = kind;
    this.#pauseMs = pauseMs;
  }

  /** The score, or undefined as long as it has not been measured. */
  get level(): number | undefined {
    return this.#level;
  }

  /** Measures if there is need to, and photos to measure by; a failure is left to the next call. */
  async keepUp(count: number): Promise<void> {
    const { state } = this.#store.progress();
    const due = this.#level === undefined || Math.abs(count - this.#count) * CHANGE >= this.#count;
    if (this.#measuring || state !== 'ready' || count === 0 || !due) return;
    this.#measuring = true;
    try {
      this.#level = await this.#measure();
      this.#count = count;
    } catch {
      // The service is busy, or going: a search has no need of it.
    } finally {
      this.#measuring = false;
    }
  }

  async #measure(): Promise<number> {
    const best: number[] = [];
    for (const text of UNRELATED) {
      const { hits } = await this.#store.searchByText(text, {
        limit: 1,
        ...(this.#kind !== undefined && { kind: this.#kind }),
      });
      const [first] = hits;
      if (first === undefined) throw new Error(`hits: expected 1 for "${text}", received 0`);
      best.push(first.score);
      // Searches of people go first.
      await sleep(this.#pauseMs);
    }
    best.sort((a, b) => a - b);
    return best[Math.ceil(SHARE * best.length) - 1] as number;
  }
}
