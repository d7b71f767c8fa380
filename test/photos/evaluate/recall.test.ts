import { expect } from 'chai';
import { measureRecall, toRecall } from '../../../src/photos/evaluate/recall.js';

const at = (degrees: number, length = 1) =>
  Float32Array.of(length * Math.cos((degrees * Math.PI) / 180), length * Math.sin((degrees * Math.PI) / 180));

describe('recall', () => {
  it('is the share of queries whose first right answer is within k', () => {
    expect(toRecall([1, 1, 2, 5, 6, 10, 11, 40])).to.deep.equal({ r1: 2 / 8, r5: 4 / 8, r10: 6 / 8 });
  });

  it('goes both ways, by angle and not by length', () => {
    const images = [at(0), at(90, 50)];
    // the second caption belongs to the first photo and lies nearer to the second
    const texts = [at(5), at(60, 3), at(85)];
    const figures = measureRecall(images, texts, [0, 0, 1]);
    expect(figures.fromText.r1).to.equal(2 / 3);
    expect(figures.fromText.r5).to.equal(1);
    expect(figures.toText.r1).to.equal(1);
  });

  it('counts a tie as lost, so that a model which tells nothing apart gets nothing', () => {
    const same = Array.from({ length: 12 }, () => at(30));
    const { fromText } = measureRecall(
      same,
      same,
      same.map((_, index) => index),
    );
    expect(fromText).to.deep.equal({ r1: 0, r5: 0, r10: 0 });
  });
});
