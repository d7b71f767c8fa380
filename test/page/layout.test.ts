import { expect } from 'chai';
import { BLOCK, GridLayout } from '../../src/page/layout.js';

const FRAME = { width: 1000, gap: 8, rowHeight: 160 };
const block = (count = BLOCK) => Array.from({ length: count }, (_, i) => (i % 3 === 0 ? 3 / 4 : 4 / 3));

describe('the layout of a list', () => {
  it('has room for all photos before any is known, and about the same once they are', () => {
    const layout = new GridLayout(FRAME, 1000);
    const guessed = layout.height;
    for (let i = 0; i < 10; i++) layout.put(i, block());
    expect(layout.height / guessed).to.be.within(0.7, 1.3);
    expect(new GridLayout(FRAME, 0).height).to.equal(0);
  });

  it('reaches the last of a hundred thousand photos', () => {
    const layout = new GridLayout(FRAME, 100_000);
    const { gaps } = layout.within(layout.height - 10, layout.height);
    expect(gaps.map((gap) => gap.block)).to.deep.equal([999]);
    layout.put(999, block());
    const { rows } = layout.within(layout.height - 10, layout.height);
    const last = rows.at(-1);
    expect((last?.first ?? 0) + (last?.cells.length ?? 0)).to.equal(100_000);
    expect((last?.top ?? 0) + (last?.height ?? 0)).to.equal(layout.height);
  });

  it('tells which rows and which unknown blocks are within two heights, and no others', () => {
    const layout = new GridLayout(FRAME, 300);
    layout.put(0, block());
    layout.put(2, block());
    const everything = layout.within(0, layout.height);
    expect(everything.gaps.map((gap) => gap.block)).to.deep.equal([1]);
    const [gap] = everything.gaps;
    const around = layout.within((gap?.top ?? 0) - 1 - FRAME.gap, (gap?.top ?? 0) + 1);
    expect(around.rows.map(({ first, cells }) => first + cells.length)).to.deep.equal([100]);
    expect(around.gaps).to.deep.equal([gap]);
    for (const { top, height } of layout.within(400, 900).rows) {
      expect(top + height).to.be.above(400);
      expect(top).to.be.below(900);
    }
  });

  it('puts a rule between the photos that fit and the others, wherever in the list that is', () => {
    const layout = new GridLayout(FRAME, 300, 150);
    for (let i = 0; i < 3; i++) layout.put(i, block());
    const { rows, rule = -1 } = layout.within(0, layout.height);
    const above = rows.filter(({ top }) => top < rule);
    expect(above.reduce((sum, { cells }) => sum + cells.length, 0)).to.equal(150);
    for (const { top, height, first } of rows) {
      if (first < 150) expect(top + height).to.be.at.most(rule);
      else expect(top).to.be.above(rule);
    }
    expect(rows.reduce((sum, { cells }) => sum + cells.length, 0)).to.equal(300);
  });

  it('knows the photo above and below another, across blocks, and none past the edges', () => {
    const layout = new GridLayout(FRAME, 200);
    layout.put(0, block());
    layout.put(1, block());
    for (let index = 0; index < 200; index++) {
      const below = layout.neighbour(index, 'below');
      if (below === undefined) {
        expect(layout.rowOf(index).top).to.equal(layout.rowOf(199).top);
        continue;
      }
      expect(layout.rowOf(below).top).to.equal(
        layout.rowOf(index).top + layout.rowOf(index).height + FRAME.gap,
      );
      expect(layout.rowOf(layout.neighbour(below, 'above') ?? -1).top).to.equal(layout.rowOf(index).top);
    }
    expect(layout.neighbour(0, 'above')).to.equal(undefined);
  });
});
