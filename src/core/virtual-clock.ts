/** Whose work it is, where several share the service. */
export interface Caller {
  /** Tells callers apart. */
  readonly id: string;
  /** How much of the service is theirs beside that of others: 2 get twice as much as 1, while both ask for more. */
  readonly weight?: number;
}

/** Without a caller of their own, such as those of a program that embeds for itself alone. */
const NOBODY: Caller = { id: '' };

/** So many callers may be remembered for nothing before they are looked through. */
const LOOKED_THROUGH_AT = 1024;

/**
 * Start-time fair queueing (Goyal, Vin and Cheng, 1996): each entry has a virtual time at which it would start if every
 * caller had its share of the machine for itself, and entries are served in the order of those times. A caller that comes
 * with much is therefore served beside the others and not before them; one that comes after a pause has saved nothing up.
 */
export class VirtualClock {
  #now = 0;
  /** When all that a caller has asked for would be done, and its weight. Who is not in it has nothing to wait for. */
  readonly #known = new Map<string, { finish: number; readonly weight: number }>();
  #weights = 0;

  /** The virtual time at which the entry is to start. */
  enter({ id, weight = 1 }: Caller = NOBODY, cost = 1): number {
    const start = Math.max(this.#now, this.#known.get(id)?.finish ?? 0);
    if (this.#known.size >= LOOKED_THROUGH_AT) this.#forgetIdle();
    this.#forget(id);
    this.#known.set(id, { finish: start + cost / weight, weight });
    this.#weights += weight;
    return start;
  }

  /**
   * An entry with this start is served: whoever comes from now on starts no earlier. Time also goes on by what the entry
   * costs, shared by the weights of all who are here, or one new caller after the other would be let in before those that wait.
   */
  serve(start: number, cost = 1): void {
    this.#now = Math.max(this.#now, start) + cost / (this.#weights || 1);
  }

  /** Nobody waits: all begin anew. */
  reset(): void {
    this.#now = 0;
    this.#known.clear();
    this.#weights = 0;
  }

  /** The caller has withdrawn entries, and does not wait for its share of them: its next one starts here, or later. */
  withdraw({ id }: Caller = NOBODY, next: number): void {
    const known = this.#known.get(id);
    if (known) known.finish = next;
  }

  #forgetIdle(): void {
    for (const [id, { finish }] of this.#known) if (finish <= this.#now) this.#forget(id);
  }

  #forget(id: string): void {
    this.#weights -= this.#known.get(id)?.weight ?? 0;
    this.#known.delete(id);
  }
}
