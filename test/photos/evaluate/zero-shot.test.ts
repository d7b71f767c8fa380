import { expect } from 'chai';
import { measureZeroShot } from '../../../src/photos/evaluate/zero-shot.js';

const at = (degrees: number, length = 1) =>
  Float32Array.of(length * Math.cos((degrees * Math.PI) / 180), length * Math.sin((degrees * Math.PI) / 180));

describe('zero-shot figures', () => {
  it('are the share of items nearest to their own label, and the average precision of each label’s text', () => {
    // Nearer to the text of `a` at 0° are those below 45°. The text of `a` ranks 10 a, 20 b, 30 a, 80 b: (1/1 + 2/3) / 2.
    // The text of `b` at 90° ranks 80 b, 30 a, 20 b, 10 a: (1/1 + 2/3) / 2.
    const items = [at(10, 50), at(20), at(30), at(80)];
    const texts = new Map([
      ['a', at(0, 3)],
      ['b', at(90)],
    ]);
    const figures = measureZeroShot(items, ['a', 'b', 'a', 'b'], texts);
    expect(figures.accuracy).to.equal(3 / 4);
    expect(figures.meanAveragePrecision).to.be.closeTo(5 / 6, 1e-9);
    expect(figures.labels).to.deep.equal([
      { label: 'a', count: 2, accuracy: 1, averagePrecision: (1 + 2 / 3) / 2 },
      { label: 'b', count: 2, accuracy: 1 / 2, averagePrecision: (1 + 2 / 3) / 2 },
    ]);
  });

  it('count ties as lost, so that a model which tells nothing apart gets the least there is', () => {
    const items = Array.from({ length: 4 }, () => at(30));
    const texts = new Map([
      ['a', at(30)],
      ['b', at(30)],
    ]);
    const { accuracy, labels } = measureZeroShot(items, ['a', 'b', 'a', 'b'], texts);
    expect(accuracy).to.equal(0);
    expect(labels[0]?.averagePrecision).to.equal((1 / 3 + 2 / 4) / 2);
  });
});
