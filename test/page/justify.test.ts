import { expect } from 'chai';
import type { Row } from '../../src/page/justify.js';
import { justify, toProportion } from '../../src/page/justify.js';

const FRAME = { width: 1000, gap: 8, rowHeight: 160 };
/** As cameras, phones and crops make them, in no order. */
const PROPORTIONS = Array.from(
  { length: 100 },
  (_, i) => [4 / 3, 3 / 4, 3 / 2, 1, 16 / 9, 2 / 3][(i * i) % 6] as number,
);

const edge = ({ cells }: Row): number => {
  const last = cells.at(-1);
  return (last?.left ?? 0) + (last?.width ?? 0);
};

describe('photos in rows', () => {
  it('fill the width with rows near the wanted height, every photo once and in order', () => {
    const rows = justify(PROPORTIONS, FRAME, false);
    expect(rows.flatMap(({ first, cells }) => cells.map((_, i) => first + i))).to.deep.equal(
      PROPORTIONS.map((_, i) => i),
    );
    for (const row of rows) {
      expect(edge(row)).to.equal(FRAME.width);
      expect(row.height).to.be.within(FRAME.rowHeight * 0.8, FRAME.rowHeight * 1.25);
    }
  });

  it('crop nothing: each cell has the proportions of its photo', () => {
    for (const { first, height, cells } of justify(PROPORTIONS, FRAME, false)) {
      cells.forEach(({ width }, i) => {
        const proportion = PROPORTIONS[first + i] as number;
        expect(Math.abs(width - height * proportion)).to.be.at.most(2);
      });
    }
  });

  it('leave the same room between rows and between photos', () => {
    const rows = justify(PROPORTIONS, FRAME, false);
    rows.slice(1).forEach((row, i) => {
      const above = rows[i] as Row;
      expect(row.top).to.equal(above.top + above.height + FRAME.gap);
    });
    for (const { cells } of rows) {
      cells.slice(1).forEach(({ left }, i) => {
        const before = cells[i] as { left: number; width: number };
        expect(left - before.left - before.width).to.be.within(FRAME.gap - 1, FRAME.gap + 1);
      });
    }
  });

  it('leave the last row of an open list unfilled instead of blowing its photos up', () => {
    const [row, ...others] = justify([4 / 3, 4 / 3], FRAME, true);
    expect(others).to.deep.equal([]);
    expect(row?.height).to.equal(FRAME.rowHeight);
    expect(edge(row as Row)).to.be.below(FRAME.width / 2);
  });

  it('keep a narrow window from making one photo as high as the wall', () => {
    const [row] = justify([0.45], { width: 292, gap: 4, rowHeight: 108 }, false);
    expect(row?.height).to.be.at.most(108 * 2);
  });

  it('give a photo of unknown size, a panorama and a strip a cell that can be pressed', () => {
    expect(toProportion(undefined, undefined)).to.equal(4 / 3);
    expect(toProportion(0, 10)).to.equal(4 / 3);
    expect(toProportion(10_000, 100)).to.equal(5);
    expect(toProportion(100, 10_000)).to.equal(0.45);
    expect(toProportion(600, 400)).to.equal(1.5);
  });

  it('are none for no photos', () => expect(justify([], FRAME, true)).to.deep.equal([]));
});
