/** A map from pairs of token ids to a merge's rank: open addressing in two typed arrays, without objects to look after. */
export class PairTable {
  readonly #mask: number;
  /** Left, right, rank + 1 (0 is an empty slot), slot after slot. */
  readonly #slots: Int32Array;

  constructor(pairs: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, pairs * 2)));
    this.#mask = slots - 1;
    this.#slots = new Int32Array(slots * 3);
  }

  set(left: number, right: number, rank: number): void {
    const slot = this.#find(left, right);
    this.#slots[slot] = left;
    this.#slots[slot + 1] = right;
    this.#slots[slot + 2] = rank + 1;
  }

  /** The pair's rank, or -1. */
  get(left: number, right: number): number {
    return (this.#slots[this.#find(left, right) + 2] ?? 0) - 1;
  }

  #find(left: number, right: number): number {
    const slots = this.#slots;
    // Two odd constants and a fold (Fibonacci hashing), since ids of one word lie close together.
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let index = hash & this.#mask; ; index = (index + 1) & this.#mask) {
      const slot = index * 3;
      if (slots[slot + 2] === 0 || (slots[slot] === left && slots[slot + 1] === right)) return slot;
    }
  }
}
