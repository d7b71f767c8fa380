const NONE: ReadonlySet<never> = new Set();

/** Sets by whose they are, none of them empty. */
export class Sets<T> {
  readonly #sets = new Map<string, Set<T>>();
  #total = 0;

  /** Of all sets together. */
  get total(): number {
    return this.#total;
  }

  get largest(): ReadonlySet<T> {
    let largest: ReadonlySet<T> = NONE;
    for (const set of this.#sets.values()) if (set.size > largest.size) largest = set;
    return largest;
  }

  of(owner: string): ReadonlySet<T> {
    return this.#sets.get(owner) ?? NONE;
  }

  add(owner: string, one: T): void {
    const set = this.#sets.get(owner) ?? new Set();
    this.#total += set.has(one) ? 0 : 1;
    this.#sets.set(owner, set.add(one));
  }

  delete(owner: string, one: T): void {
    const set = this.#sets.get(owner);
    if (!set?.delete(one)) return;
    this.#total--;
    if (set.size === 0) this.#sets.delete(owner);
  }
}
