import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, RootDatabase } from 'lmdb';

const DAY_MS = 86_400_000;
/** What no run has asked for so long goes. */
const KEEP_DAYS = 90;
/** Noted again only when it has become so old: looking photos up is to stay reading. */
const NOTE_DAYS = 7;
/** One transaction, and one turn of the event loop. */
const CHUNK = 1_000;
/** Where in the table the day of the last thinning stands; other keys are hashes. */
const THINNED = Buffer.from('thinned');

type Table = Database<unknown, Buffer>;

export interface LastUseOptions {
  readonly root: RootDatabase;
  /** The day on which each entry was last used, in days since 1970, by its key. */
  readonly days: Database<number, Buffer>;
  /** What is thinned. */
  readonly tables: readonly Table[];
  /** How large the tables may be together, in bytes of their pages. */
  readonly maxBytes: number;
  /** Injected in tests. */
  readonly now: () => number;
}

/** When entries were last used, and the end of those that nobody uses. */
export class LastUse {
  readonly #options: LastUseOptions;

  constructor(options: LastUseOptions) {
    this.#options = options;
  }

  /** Whether a use of today is to be noted. */
  isDue(key: Buffer): boolean {
    return this.#today - (this.#options.days.get(key) ?? -Infinity) >= NOTE_DAYS;
  }

  /** Inside a transaction. */
  note(key: Buffer): void {
    this.#options.days.putSync(key, this.#today);
  }

  /** Inside a transaction. */
  clear(): void {
    this.#options.days.clearSync();
  }

  /**
   * Removes what has not been used for 90 days, then, if that leaves more than the bound, day by day what was used least
   * lately, but nothing of the last week; once a day, whichever process comes first. In small transactions that look again at what they remove: other processes go on
   * meanwhile, and one that is killed leaves nothing half done.
   */
  async thin(signal: AbortSignal): Promise<void> {
    if (!this.#begin()) return;
    for (const table of this.#options.tables) {
      await this.#remove(table, this.#today - KEEP_DAYS, signal);
    }
    for (const table of this.#options.tables) {
      const bytes = this.#bytes();
      if (bytes > this.#options.maxBytes) await this.#remove(table, this.#dayThatFits(table, bytes), signal);
    }
  }

  /** True for the first process that asks today. */
  #begin(): boolean {
    const { root, days } = this.#options;
    return root.transactionSync(() => {
      if (days.get(THINNED) === this.#today) return false;
      days.putSync(THINNED, this.#today);
      return true;
    });
  }

  /** Removes what was last used before a day; what no day is known of is taken to be used today. */
  async #remove(table: Table, before: number, signal: AbortSignal): Promise<void> {
    const { root, days } = this.#options;
    for (let start: Buffer | undefined; ;) {
      await nextTurn();
      if (signal.aborted) return;
      const keys = [...table.getKeys({ limit: CHUNK, ...(start && { start, exclusiveStart: true }) })];
      root.transactionSync(() => {
        for (const key of keys) {
          const day = days.get(key);
          if (day === undefined) this.note(key);
          else if (day < before) {
            table.removeSync(key);
            days.removeSync(key);
          }
        }
      });
      start = keys.at(-1);
      if (keys.length < CHUNK) return;
    }
  }

  /** The day from which on entries are kept so that all fit, or nearly so. What is in use is never made anew for want of room. */
  #dayThatFits(table: Table, bytes: number): number {
    const { days, maxBytes } = this.#options;
    const used = [...table.getKeys()].map((key) => days.get(key) ?? this.#today).sort((a, b) => a - b);
    const excess = Math.ceil(used.length * (1 - maxBytes / bytes));
    return Math.min((used[excess - 1] ?? -Infinity) + 1, this.#today - NOTE_DAYS);
  }

  #bytes(): number {
    return this.#options.tables.reduce((sum, table) => sum + bytesOf(table), 0);
  }

  get #today(): number {
    return Math.floor(this.#options.now() / DAY_MS);
  }
}

function bytesOf(table: Table): number {
  const stats = table.getStats() as Readonly<Record<string, number>>;
  const { pageSize = 0, treeBranchPageCount = 0, treeLeafPageCount = 0, overflowPages = 0 } = stats;
  return pageSize * (treeBranchPageCount + treeLeafPageCount + overflowPages);
}
