export interface Frame {
  /** All lengths are in CSS pixels. */
  readonly width: number;
  /** Between two photos, and between two rows. */
  readonly gap: number;
  /** The height that rows come as near to as the photos' proportions allow. */
  readonly rowHeight: number;
}

export interface Cell {
  readonly left: number;
  readonly width: number;
}

export interface Row {
  readonly top: number;
  readonly height: number;
  /** Which photo the first cell is for. */
  readonly first: number;
  readonly cells: readonly Cell[];
}

/** A photo narrower or wider than this gets a cell of this proportion, so that it can still be seen and pressed. */
const PROPORTIONS = { narrowest: 0.45, widest: 5 } as const;
const TALLEST = 1.8;

/** The width of a photo's cell by its height. Photos of unknown size get that of a camera. */
export function toProportion(width: number | undefined, height: number | undefined): number {
  if (!width || !height) return 4 / 3;
  return Math.min(PROPORTIONS.widest, Math.max(PROPORTIONS.narrowest, width / height));
}

/**
 * Photos in rows of equal height that fill the width, none of them cropped: of all ways to break the list into rows, the
 * one whose heights are nearest to the wanted height, by the sum of squared logarithms.
 * @param open Whether the last row may stay unfilled; otherwise it fills the width like the others.
 */
export function justify(proportions: readonly number[], frame: Frame, open: boolean): Row[] {
  const rows: Row[] = [];
  let top = 0;
  for (const { first, end } of findBreaks(proportions, frame, open)) {
    const natural = toHeight(proportions.slice(first, end), frame);
    const unfilled = open && end === proportions.length && natural > frame.rowHeight;
    const height = Math.round(unfilled ? frame.rowHeight : Math.min(natural, frame.rowHeight * TALLEST));
    const exact = unfilled || height < Math.round(natural) ? height : natural;
    rows.push({ top, height, first, cells: toCells(proportions.slice(first, end), exact, frame) });
    top += height + frame.gap;
  }
  return rows;
}

/** Edges are rounded, not widths, so that the last one is exactly the frame's. */
function toCells(proportions: readonly number[], height: number, { width, gap }: Frame): Cell[] {
  let x = 0;
  return proportions.map((proportion) => {
    const left = Math.round(x);
    const right = Math.min(width, Math.round(x + proportion * height));
    x += proportion * height + gap;
    return { left, width: right - left };
  });
}

/** How high a row of these photos is when it fills the width. */
function toHeight(proportions: readonly number[], { width, gap }: Frame): number {
  const sum = proportions.reduce((total, proportion) => total + proportion, 0);
  return (width - gap * (proportions.length - 1)) / sum;
}

function findBreaks(
  proportions: readonly number[],
  frame: Frame,
  open: boolean,
): { first: number; end: number }[] {
  const count = proportions.length;
  /** Of the best way to lay out the first `n` photos: its cost, and where its last row begins. */
  const cost = [0];
  const lastRow = [0];
  for (let end = 1; end <= count; end++) {
    let best = Number.POSITIVE_INFINITY;
    for (let first = end - 1; first >= 0; first--) {
      const height = toHeight(proportions.slice(first, end), frame);
      // More photos make the row only lower. One photo is a row, however wide.
      if (height < frame.rowHeight / 2 && first < end - 1) break;
      const unfilled = open && end === count && height > frame.rowHeight;
      const off = unfilled ? 0 : Math.log(height / frame.rowHeight);
      const total = (cost[first] as number) + off * off;
      if (total < best) {
        best = total;
        lastRow[end] = first;
      }
    }
    cost[end] = best;
  }
  const breaks: { first: number; end: number }[] = [];
  for (let end = count; end > 0; end = lastRow[end] as number)
    breaks.unshift({ first: lastRow[end] as number, end });
  return breaks;
}
