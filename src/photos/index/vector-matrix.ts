import { HandspringError } from '../../core/errors.js';
import { dot, norm } from '../../core/vectors.js';
import type { Extent, Stretch } from './store.js';

export interface Neighbour {
  readonly row: number;
  /** Cosine similarity. */
  readonly score: number;
}

export interface Neighbours extends Extent {
  readonly neighbours: readonly Neighbour[];
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

  /**
   * A stretch of the rows that `accepts`, ordered by their nearness to `query`, best first; equal scores keep the order of
   * rows. `at` is a row.
   */
  nearest(
    query: Float32Array,
    stretch: Stretch<number>,
    accepts: (row: number) => boolean = () => true,
  ): Neighbours {
    if (this.#count === 0) return { neighbours: [], offset: stretch.offset ?? 0, total: 0 };
    const unit = this.#toUnit(query);
    const scored: Neighbour[] = [];
    for (let row = 0; row < this.#count; row++)
      if (accepts(row)) scored.push({ row, score: this.#dot(unit, row) });
    return toStretch(scored, stretch);
  }

  #grow(): void {
    const larger = new Float32Array(Math.max(this.#rows.length * 2, FIRST_CAPACITY * this.#dimensions));
    larger.set(this.#rows);
    this.#rows = larger;
  }

  #dot(unit: Float32Array, row: number): number {
    return dot(unit, this.#rows, row * this.#dimensions);
  }

  #toUnit(vector: Float32Array): Float32Array {
    if (vector.length !== this.#dimensions) {
      throw new HandspringError(
        'encoder_failed',
        `vector: expected ${this.#dimensions} numbers, received ${vector.length}`,
      );
    }
    const length = norm(vector);
    if (!(length > 0) || !Number.isFinite(length)) {
      throw new HandspringError(
        'encoder_failed',
        `vector: expected a finite length above 0, received ${length}`,
      );
    }
    return vector.map((value) => value / length);
  }
}

/** Numbers alone sort many times faster than rows by a comparison, so that only the stretch itself is sorted as rows. */
function toStretch(
  scored: readonly Neighbour[],
  { limit, offset: asked = 0, at }: Stretch<number>,
): Neighbours {
  const total = scored.length;
  const ascending = Float64Array.from(scored, ({ score }) => score).sort();
  const row = scored.find((one) => one.row === at);
  const rank = row === undefined ? asked : scored.filter((one) => byScore(one, row) < 0).length;
  const offset = row === undefined ? asked : rank - (rank % limit);
  const highest = ascending[total - 1 - offset];
  if (highest === undefined) return { neighbours: [], offset, total };
  const lowest = ascending[Math.max(0, total - offset - limit)] as number;
  let better = 0;
  const within: Neighbour[] = [];
  for (const one of scored) {
    if (one.score > highest) better += 1;
    else if (one.score >= lowest) within.push(one);
  }
  const neighbours = within.sort(byScore).slice(offset - better, offset - better + limit);
  return { neighbours, offset, total };
}

function byScore(a: Neighbour, b: Neighbour): number {
  return b.score - a.score || a.row - b.row;
}
