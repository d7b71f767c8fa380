import { expect } from 'chai';
import { joinVectors } from '../../src/core/join-vectors.js';
import { norm } from '../../src/core/vectors.js';

const [A, B] = [Float32Array.of(3, 0), Float32Array.of(0, 4)];

describe('joinVectors', () => {
  it('is the mean, by weights if there are any', () => {
    expect(joinVectors([A, B], 'mean')).to.deep.equal(Float32Array.of(1.5, 2));
    expect(joinVectors([A, B], 'mean', [3, 1])).to.deep.equal(Float32Array.of(2.25, 1));
  });

  it('is brought to length 1 where it is to be', () => {
    for (const join of ['mean-unit', 'scaled-mean'] as const) {
      const joined = joinVectors([A, B], join);
      expect(norm(joined)).to.be.closeTo(1, 1e-7);
      expect(joined[1]! / joined[0]!).to.be.closeTo(2 / 1.5, 1e-6);
    }
  });

  it('hands a single one back as it is, which a unit vector already is; but scales it where rows have lengths of their own', () => {
    expect(joinVectors([A], 'mean')).to.equal(A);
    expect(joinVectors([A], 'mean-unit')).to.equal(A);
    expect(joinVectors([A], 'scaled-mean')).to.deep.equal(Float32Array.of(1, 0));
  });

  it('leaves a vector without a length as it is', () => {
    expect(joinVectors([new Float32Array(2)], 'scaled-mean')).to.deep.equal(new Float32Array(2));
  });
});
