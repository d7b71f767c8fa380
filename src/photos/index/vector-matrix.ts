import { HandspringError } from '../../core/errors.js';

export interface Neighbour {
  readonly row: number;
  /** Cosine similarity. */
  readonly score: number;
}

const FIRST_CAPACITY = 64;

/**
 * Unit vectors in one growable `Float32Array` of `[capacity, dimensions]`, searched exactly: every row is compared, so the
 * answer is never an approximation. Vectors are copied and brought to unit length here, whatever the model sends. The first
 * vector sets the dimensions.
 */
export class VectorMatrix {
  #dimensions = 0;
  #rows = new Float32Array(0);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Appends a vector and returns its row. */
  add(vector: Float32Array): number {
    if (this.#dimensions === 0) this.#dimensions = vector.length;
    const unit = this.#toUnit(vector);
    const start = this.#count * this.#dimensions;
    if (start === this.#rows.length) this.#grow();
    this.#rows.set(unit, start);
    return this.#count++;
  }

  /** Takes a row out; the last row moves into its place. */
  remove(row: number): void {
    this.#count -= 1;
    const last = this.#count * this.#dimensions;
    this.#rows.copyWithin(row * this.#dimensions, last, last + this.#dimensions);
  }

  /** A copy of one row. */
  at(row: number): Float32Array {
    return this.#rows.slice(row * this.#dimensions, (row + 1) * this.#dimensions);
  }

  /** The `limit` rows nearest to `query` among those that `accepts`, best first; equal scores keep the order of rows. */
  nearest(query: Float32Array, limit: number, accepts: (row: number) => boolean = () => true): Neighbour[] {
    if (this.#count === 0) return [];
    const unit = this.#toUnit(query);
    const best: Neighbour[] = [];
    for (let row = 0; row < this.#count; row++) {
      if (!accepts(row)) continue;
      const score = this.#dot(unit, row);
      const worst = best[limit - 1];
      if (worst !== undefined && score <= worst.score) continue;
      let place = best.length;
      while (place > 0 && (best[place - 1] as Neighbour).score < score) place--;
      best.splice(place, 0, { row, score });
      if (best.length > limit) best.pop();
    }
    return best;
  }

  #grow(): void {
    const larger = new Float32Array(Math.max(this.#rows.length * 2, FIRST_CAPACITY * this.#dimensions));
    larger.set(this.#rows);
    this.#rows = larger;
  }

  #dot(unit: Float32Array, row: number): number {
    const rows = this.#rows;
    const start = row * this.#dimensions;
    let sum = 0;
    for (let i = 0; i < unit.length; i++) sum += (unit[i] as number) * (rows[start + i] as number);
    return sum;
  }

  #toUnit(vector: Float32Array): Float32Array {
    if (vector.length !== this.#dimensions) {
      throw new HandspringError(
        'encoder_failed',
        `vector: expected ${this.#dimensions} numbers, received ${vector.length}`,
      );
    }
    const length = Math.hypot(...vector);
    if (!(length > 0) || !Number.isFinite(length)) {
      throw new HandspringError(
        'encoder_failed',
        `vector: expected a finite length above 0, received ${length}`,
      );
    }
    return vector.map((value) => value / length);
  }
}
