import { VirtualClock } from './virtual-clock.js';
import type { Caller } from './virtual-clock.js';

/** Which entries are meant: queries of one item, or the rest. */
export type Priority = 'urgent' | 'bulk';

/** What decides when an entry has its turn. */
export interface Turn {
  readonly urgent: boolean;
  readonly caller?: Caller | undefined;
  /** How much of its caller's share it takes, in any unit that all entries of the queue have; 1 if absent. */
  readonly cost?: number;
}

interface Waiting<Entry> {
  readonly entry: Entry;
  readonly turn: Turn;
  /** In virtual time, by which entries of one priority are in order. */
  readonly start: number;
}

/**
 * What waits for its turn: urgent entries before bulk, and among those the callers alike, by what their entries cost and
 * what they weigh; one caller's in order. Bulk is slowed and never starved: after so many turns in a row that passed it,
 * its first entry is due.
 */
export class FairQueue<Entry> {
  readonly #lanes: Readonly<Record<Priority, Lane<Entry>>> = { urgent: new Lane(), bulk: new Lane() };
  readonly #maxOvertakes: number;
  #overtakes = 0;

  /** @param maxOvertakes Turns in a row that urgent entries may take while bulk waits. */
  constructor(maxOvertakes: number) {
    this.#maxOvertakes = maxOvertakes;
  }

  get size(): number {
    return this.#lanes.urgent.size + this.#lanes.bulk.size;
  }

  add(entry: Entry, turn: Turn): void {
    this.#lanes[turn.urgent ? 'urgent' : 'bulk'].add(entry, turn);
  }

  /** Takes out an entry that nobody waits for any more; nothing happens if it has had its turn. */
  remove(entry: Entry): void {
    for (const lane of Object.values(this.#lanes)) lane.remove(entry);
  }

  /** Whose first entry is due. Looking does not count as a turn. */
  get due(): Priority {
    const { urgent, bulk } = this.#lanes;
    return bulk.size > 0 && (urgent.size === 0 || this.#overtakes >= this.#maxOvertakes) ? 'bulk' : 'urgent';
  }

  /** The entry that is due. */
  peek(): Entry | undefined {
    return this.#lanes[this.due].first;
  }

  /** Takes the entry that is due. */
  shift(): Entry | undefined {
    return this.take(this.turn(), 1, () => true)[0];
  }

  /** Counts a turn and says whose it is; its entries are then to be taken with `take`. */
  turn(): Priority {
    const priority = this.due;
    this.#overtakes = priority === 'urgent' && this.#lanes.bulk.size > 0 ? this.#overtakes + 1 : 0;
    return priority;
  }

  /** Takes entries of one priority that `fits` accepts, in their order, at most `limit`. */
  take(priority: Priority, limit: number, fits: (entry: Entry) => boolean): Entry[] {
    return this.#lanes[priority].take(limit, fits);
  }
}

/** Entries of one priority. */
class Lane<Entry> {
  readonly #clock = new VirtualClock();
  #waiting: Waiting<Entry>[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  get first(): Entry | undefined {
    return this.#waiting[0]?.entry;
  }

  add(entry: Entry, turn: Turn): void {
    const start = this.#clock.enter(turn.caller, turn.cost);
    this.#waiting.splice(this.#placeOf(start), 0, { entry, turn, start });
  }

  remove(entry: Entry): void {
    const at = this.#waiting.findIndex((waiting) => waiting.entry === entry);
    const [removed] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (!removed) return;
    const id = removed.turn.caller?.id;
    // Its caller's later entries keep their places; only what it brings next gains by it.
    const last = this.#waiting.findLast(({ turn }) => turn.caller?.id === id);
    if (last === undefined || last.start < removed.start)
      this.#clock.withdraw(removed.turn.caller, removed.start);
    this.#resetIfEmpty();
  }

  take(limit: number, fits: (entry: Entry) => boolean): Entry[] {
    const taken: Entry[] = [];
    const left: Waiting<Entry>[] = [];
    for (const waiting of this.#waiting) {
      if (taken.length === limit || !fits(waiting.entry)) left.push(waiting);
      else {
        taken.push(waiting.entry);
        this.#clock.serve(waiting.start, waiting.turn.cost);
      }
    }
    this.#waiting = left;
    this.#resetIfEmpty();
    return taken;
  }

  /** After all that start no later. */
  #placeOf(start: number): number {
    let low = 0;
    let high = this.#waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#waiting[middle] as Waiting<Entry>).start <= start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #resetIfEmpty(): void {
    if (this.#waiting.length === 0) this.#clock.reset();
  }
}
