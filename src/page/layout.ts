import type { Cell, Frame, Row } from './justify.js';
import { justify } from './justify.js';

/** How many photos are asked for, and laid out, together. */
export const BLOCK = 100;
/** The room between the photos that fit and the others. */
const RULE_HEIGHT = 56;

export interface PlacedRow {
  readonly top: number;
  readonly height: number;
  /** The place in the whole list of the photo in the first cell. */
  readonly first: number;
  readonly cells: readonly Cell[];
}

/** A part of the list whose photos are not known yet. */
export interface Gap {
  readonly block: number;
  readonly top: number;
  readonly height: number;
}

export interface Visible {
  readonly rows: readonly PlacedRow[];
  readonly gaps: readonly Gap[];
  /** The top of the rule between the photos that fit and the others, if it is there. */
  readonly rule: number | undefined;
}

interface Block {
  readonly rows: readonly Row[];
  readonly height: number;
  readonly rule?: number;
}

/**
 * Where every photo of a list is, however long: blocks of photos that are known are laid out in rows which fill the width,
 * and the others take the room that they are likely to need. A block that becomes known moves what is below it.
 */
export class GridLayout {
  readonly frame: Frame;
  readonly total: number;
  readonly #fitCount: number | undefined;
  readonly #blocks = new Map<number, Block>();
  #tops: number[] | undefined;

  /** @param fitCount How many photos, from the front, are above the rule; without it there is none. */
  constructor(frame: Frame, total: number, fitCount?: number) {
    this.frame = frame;
    this.total = total;
    this.#fitCount = fitCount;
  }

  get height(): number {
    return Math.max(0, this.#top(this.#count) - this.frame.gap);
  }

  /** Lays out a block whose photos are known, by their proportions. */
  put(block: number, proportions: readonly number[]): void {
    if (this.#blocks.has(block)) return;
    const last = block === this.#count - 1;
    const split = this.#fitCount === undefined ? 0 : this.#fitCount - block * BLOCK;
    const ruled = this.#fitCount !== undefined && split >= 0 && split < proportions.length;
    const above = ruled ? justify(proportions.slice(0, split), this.frame, true) : [];
    const rule = toBottom(above, this.frame);
    const start = ruled ? rule + RULE_HEIGHT : 0;
    const below = justify(ruled ? proportions.slice(split) : proportions, this.frame, last).map((row) => ({
      ...row,
      top: row.top + start,
      first: row.first + (ruled ? split : 0),
    }));
    const rows = [...above, ...below];
    this.#blocks.set(block, { rows, height: toBottom(rows, this.frame), ...(ruled && { rule }) });
    this.#tops = undefined;
  }

  /** What lies between two heights, measured from the top of the grid. */
  within(top: number, bottom: number): Visible {
    const rows: PlacedRow[] = [];
    const gaps: Gap[] = [];
    let rule: number | undefined;
    for (let block = this.#blockAt(top); block < this.#count && this.#top(block) < bottom; block++) {
      const start = this.#top(block);
      const known = this.#blocks.get(block);
      if (known === undefined) {
        gaps.push({ block, top: start, height: this.#top(block + 1) - start - this.frame.gap });
        continue;
      }
      for (const row of known.rows) {
        const placed = { ...row, top: start + row.top, first: block * BLOCK + row.first };
        if (placed.top < bottom && placed.top + placed.height > top) rows.push(placed);
      }
      if (known.rule !== undefined) rule = start + known.rule;
    }
    return { rows, gaps, rule };
  }

  /** The top and height of a photo's row; of a photo not known yet, about where it will be. */
  rowOf(index: number): { readonly top: number; readonly height: number } {
    const block = Math.floor(index / BLOCK);
    const start = this.#top(block);
    const row = this.#rowIn(block, index);
    if (row !== undefined) return { top: start + row.top, height: row.height };
    const share = (index % BLOCK) / BLOCK;
    return { top: start + share * (this.#top(block + 1) - start), height: this.frame.rowHeight };
  }

  /** The photo above or below another one, nearest to its middle; undefined past the first and last row. */
  neighbour(index: number, direction: 'above' | 'below'): number | undefined {
    const block = Math.floor(index / BLOCK);
    const row = this.#rowIn(block, index);
    if (row === undefined) return undefined;
    const cell = row.cells[index - block * BLOCK - row.first] as Cell;
    const edge = block * BLOCK + (direction === 'below' ? row.first + row.cells.length : row.first - 1);
    if (edge < 0 || edge >= this.total) return undefined;
    const otherBlock = Math.floor(edge / BLOCK);
    const other = this.#rowIn(otherBlock, edge);
    if (other === undefined) return edge;
    const middle = cell.left + cell.width / 2;
    const distances = other.cells.map(({ left, width }) => Math.abs(left + width / 2 - middle));
    return otherBlock * BLOCK + other.first + distances.indexOf(Math.min(...distances));
  }

  get #count(): number {
    return Math.ceil(this.total / BLOCK);
  }

  #rowIn(block: number, index: number): Row | undefined {
    const place = index - block * BLOCK;
    return this.#blocks
      .get(block)
      ?.rows.find(({ first, cells }) => place >= first && place < first + cells.length);
  }

  #top(block: number): number {
    this.#tops ??= this.#addUp();
    return this.#tops[Math.min(block, this.#count)] ?? 0;
  }

  #blockAt(top: number): number {
    let low = 0;
    let high = Math.max(0, this.#count - 1);
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#top(middle) <= top) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #addUp(): number[] {
    const tops = [0];
    for (let block = 0; block < this.#count; block++) {
      const height =
        this.#blocks.get(block)?.height ?? this.#guess(Math.min(BLOCK, this.total - block * BLOCK));
      tops.push((tops[block] as number) + height + this.frame.gap);
    }
    return tops;
  }

  #guess(photos: number): number {
    const { width, gap, rowHeight } = this.frame;
    const perRow = Math.max(1, width / (rowHeight * (4 / 3) + gap));
    return Math.ceil(photos / perRow) * (rowHeight + gap) - gap;
  }
}

function toBottom(rows: readonly Row[], { gap }: Frame): number {
  const last = rows.at(-1);
  return last === undefined ? -gap : last.top + last.height;
}
