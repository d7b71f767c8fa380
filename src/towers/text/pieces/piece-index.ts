/** Finds the pieces that a text begins with: the sorted vocabulary as its own prefix tree, narrowed unit by unit. */
export class PieceIndex {
  readonly #pieces: readonly string[];
  readonly #ids: Int32Array;

  constructor(vocabulary: ReadonlyMap<string, number>) {
    // Sorted by code units, as `<` on strings; an empty piece would match everywhere and move nothing.
    this.#pieces = [...vocabulary.keys()].filter((piece) => piece !== '').sort();
    this.#ids = Int32Array.from(this.#pieces, (piece) => vocabulary.get(piece) as number);
  }

  /** Calls `found` with the id and end of every piece that `text` has at `start`, the shortest first. */
  forEachPrefix(text: string, start: number, found: (id: number, end: number) => void): void {
    let low = 0;
    let high = this.#pieces.length;
    for (let depth = 0; start + depth < text.length; depth += 1) {
      const unit = text.charCodeAt(start + depth);
      low = this.#lowerBound(low, high, depth, unit);
      high = this.#lowerBound(low, high, depth, unit + 1);
      if (low === high) return;
      if (this.#pieces[low]?.length === depth + 1) found(this.#ids[low] as number, start + depth + 1);
    }
  }

  /** The first of `[low, high)` whose unit at `depth` is at least `unit`; pieces that end before it come first. */
  #lowerBound(low: number, high: number, depth: number, unit: number): number {
    let from = low;
    let to = high;
    while (from < to) {
      const middle = (from + to) >> 1;
      const piece = this.#pieces[middle] as string;
      if (piece.length <= depth || piece.charCodeAt(depth) < unit) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
