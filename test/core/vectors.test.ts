import { expect } from 'chai';
import { cosine, dot, norm, shorten, toUnit, topK } from '../../src/core/vectors.js';

describe('vectors', () => {
  it('multiplies numbers of any storage, from a place in many', () => {
    expect(dot([1, 2], Float32Array.from([3, 4]))).to.equal(11);
    expect(dot([1, 2], [9, 3, 4], 1)).to.equal(11);
    expect(dot([1, 2], [3])).to.be.NaN;
  });

  it('measures lengths and angles', () => {
    expect(norm([3, 4])).to.equal(5);
    expect(cosine([2, 0], [0, 3])).to.equal(0);
    expect(cosine([1, 1], [-5, -5])).to.be.closeTo(-1, 1e-12);
    expect(cosine([1, 1], [0, 0])).to.be.NaN;
    expect([...toUnit(Float32Array.of(0, -8))]).to.deep.equal([0, -1]);
    expect([...toUnit(Float32Array.of(0, 0))]).to.deep.equal([0, 0]);
  });

  it('cuts a vector and brings it to length 1 again, and leaves the whole one as it is', () => {
    const whole = Float32Array.of(0, 3, 4, 12);
    expect([...shorten(whole, 3)]).to.deep.equal([0, 0.6, 0.8].map(Math.fround));
    expect([...whole]).to.deep.equal([0, 3, 4, 12]);
    expect([...shorten(whole, 1)]).to.deep.equal([0]);
  });

  it('ranks the best first, keeps the order of equals, and leaves out what has no score', () => {
    const scores = [1, NaN, 3, undefined, 3, 2];
    const best = topK(scores.length, 3, (index) => scores[index]);
    expect(best).to.deep.equal([
      { index: 2, score: 3 },
      { index: 4, score: 3 },
      { index: 5, score: 2 },
    ]);
    expect(topK(scores.length, 9, (index) => scores[index]).map(({ index }) => index)).to.deep.equal([
      2, 4, 5, 0,
    ]);
    expect(topK(scores.length, 0, (index) => scores[index])).to.deep.equal([]);
  });
});
