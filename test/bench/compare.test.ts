import { expect } from 'chai';
import { compareVectors } from '../../bench/compare/agreement.js';
import { readVectors } from '../../bench/compare/answer.js';

const answer = (body: unknown, status = 200) => ({ status, bytes: Buffer.from(JSON.stringify(body)) });

describe('the comparison of two servers', () => {
  it('takes the one vector of a well-formed answer', () => {
    const vector = readVectors(answer({ textVectors: [[1, 2]], imageVectors: [] }), 'text 4');
    expect(vector).to.deep.equal([1, 2]);
  });

  it('refuses answers that depart from the contract', () => {
    const bad = [
      answer({ error: 'no' }, 500),
      answer({ textVectors: [[1]] }),
      answer({ textVectors: [[1], [2]], imageVectors: [] }),
      answer({ textVectors: [[null]], imageVectors: [] }),
      answer({ textVectors: [], imageVectors: [[1]] }),
    ];
    for (const each of bad) expect(() => readVectors(each, 'text 4')).to.throw(/expected/);
  });

  it('tells direction and length apart', () => {
    const samples = compareVectors(
      'b',
      [
        [1, 0],
        [0, 1],
      ],
      [
        [2, 0],
        [2, 0],
      ],
    );
    expect(samples.map(({ value }) => value)).to.deep.equal([0.5, 0, 2]);
  });

  it('refuses vectors of another number of dimensions', () => {
    expect(() => compareVectors('b', [[1, 0]], [[1]])).to.throw('expected vectors of 2 numbers');
  });
});
