import { expect } from 'chai';
import { agreementOf } from '../../../src/onnx/trial/agreement.js';

const vectors = (...rows: number[][]) => rows.map((row) => Float32Array.from(row));

describe('the agreement of two models', () => {
  it('is whole for the same directions, whatever their lengths', () => {
    const a = vectors([1, 0], [0, 1], [1, 1], [2, 1]);
    const b = vectors([3, 0], [0, 5], [2, 2], [4, 2]);
    const { items, cosineMean, cosineMin, maxAbs, rankAgreement } = agreementOf(a, b);
    expect(items).to.equal(4);
    expect([cosineMean, cosineMin]).to.satisfy((all: number[]) =>
      all.every((value) => Math.abs(value - 1) < 1e-12),
    );
    expect(maxAbs).to.be.below(1e-12);
    expect(rankAgreement).to.equal(1);
  });

  it('shows the worst item beside the mean', () => {
    const a = vectors([1, 0], [1, 0], [1, 0]);
    const { cosineMean, cosineMin, maxAbs } = agreementOf(a, vectors([1, 0], [1, 0], [0, 1]));
    expect(cosineMean).to.be.closeTo(2 / 3, 1e-12);
    expect(cosineMin).to.be.closeTo(0, 1e-12);
    expect(maxAbs).to.equal(1);
  });

  it('counts the nearest others that both models name', () => {
    // One of two neighbours each: items 0 and 1 are nearest to each other in both; item 2 changes sides.
    const a = vectors([1, 0.2], [1, 0.1], [1, -0.1]);
    const b = vectors([1, 0.1], [1, 0.2], [1, 0.6]);
    expect(agreementOf(a, b).rankAgreement).to.be.closeTo(1, 1e-12);
    expect(agreementOf(a, vectors([1, 0.1], [1, 0.9], [1, -0.1])).rankAgreement).to.be.closeTo(1 / 3, 1e-12);
  });

  it('is no number where a vector is none, so that it passes no bound', () => {
    const broken = vectors([1, 0], [0, 1], [NaN, 1]);
    expect(agreementOf(vectors([1, 0], [0, 1], [1, 1]), broken).maxAbs).to.be.NaN;
    expect(agreementOf(vectors([1, 0], [0, 1], [1, 1]), broken).cosineMin).to.be.NaN;
  });

  it('needs three items from each', () => {
    expect(() => agreementOf(vectors([1], [1]), vectors([1], [1]))).to.throw('expected at least 3');
    expect(() => agreementOf(vectors([1], [1], [1]), vectors([1]))).to.throw('received 3 and 1');
  });
});
