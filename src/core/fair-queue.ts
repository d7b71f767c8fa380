/** Which entries are meant: queries of one item, or the rest. */
export type Priority = 'urgent' | 'bulk';

/**
 * What waits for its turn: urgent entries before bulk, otherwise in order. Bulk is slowed and never starved: after so many
 * turns in a row that passed it, its oldest entry is due.
 */
export class FairQueue<Entry> {
  readonly #queues: Readonly<Record<Priority, Entry[]>> = { urgent: [], bulk: [] };
  readonly #maxOvertakes: number;
  #overtakes = 0;

  /** @param maxOvertakes Turns in a row that urgent entries may take while bulk waits. */
  constructor(maxOvertakes: number) {
    this.#maxOvertakes = maxOvertakes;
  }

  get size(): number {
    return this.#queues.urgent.length + this.#queues.bulk.length;
  }

  add(entry: Entry, urgent: boolean): void {
    this.#queues[urgent ? 'urgent' : 'bulk'].push(entry);
  }

  /** Takes out an entry that nobody waits for any more; nothing happens if it has had its turn. */
  remove(entry: Entry): void {
    for (const queue of Object.values(this.#queues)) {
      const at = queue.indexOf(entry);
      if (at >= 0) queue.splice(at, 1);
    }
  }

  /** Whose oldest entry is due. Looking does not count as a turn. */
  get due(): Priority {
    const { urgent, bulk } = this.#queues;
    return bulk.length > 0 && (urgent.length === 0 || this.#overtakes >= this.#maxOvertakes)
      ? 'bulk'
      : 'urgent';
  }

  /** The entry that is due. */
  peek(): Entry | undefined {
    return this.#queues[this.due][0];
  }

  /** Takes the entry that is due. */
  shift(): Entry | undefined {
    return this.#queues[this.turn()].shift();
  }

  /** Counts a turn and says whose it is; its entries are then to be taken with `take`. */
  turn(): Priority {
    const priority = this.due;
    this.#overtakes = priority === 'urgent' && this.#queues.bulk.length > 0 ? this.#overtakes + 1 : 0;
    return priority;
  }

  /** Takes entries of one priority that `fits` accepts, oldest first, at most `limit`. */
  take(priority: Priority, limit: number, fits: (entry: Entry) => boolean): Entry[] {
    const entries = this.#queues[priority];
    const taken: Entry[] = [];
    for (let at = 0; at < entries.length && taken.length < limit;) {
      const entry = entries[at] as Entry;
      if (fits(entry)) taken.push(...entries.splice(at, 1));
      else at++;
    }
    return taken;
  }
}
