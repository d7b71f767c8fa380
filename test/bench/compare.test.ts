import { expect } from 'chai';
import { compareVectors, findDisagreement } from '../../bench/compare/agreement.js';
import { readVectors } from '../../bench/compare/answer.js';
import { renderComparison } from '../../bench/compare/report.js';
import { describeMachine } from '../../bench/machine.js';
import { resultsOf } from './results-of.js';

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

  it('tells vectors of another number of dimensions, which it cannot compare', () => {
    const disagreement = "b: expected vectors of 2 numbers as the first server's, received 1";
    expect(findDisagreement('b', [[1, 0]], [[1]])).to.equal(disagreement);
    expect(findDisagreement('b', [[1, 0]], [[0, 1]])).to.equal(undefined);
    expect(() => compareVectors('b', [[1, 0]], [[1]])).to.throw(disagreement);
  });

  it('is reported with its ratios by the round, and with what disagrees', () => {
    const results = resultsOf({
      'http://a/text 77/16 callers': [10, 30, 20],
      'http://b/text 77/16 callers': [10, 10, 5],
      'http://a/queries/text query/p95': [5],
      'http://b/queries/text query/p95': [6],
    });
    const urls = ['http://a', 'http://b'];
    const disagreements = ['http://b/agreement/text 77: expected vectors of 2 numbers'];
    const report = renderComparison(results, describeMachine(), { urls, rounds: 3, disagreements });
    expect(report).to.include('| text 77/16 callers | 20 | 10 |');
    expect(report).to.include('| text 77/16 callers | 3 (1 to 4) |');
    expect(report).to.include('| queries/text query/p95 | 5 | 6 |');
    expect(report).to.include('**Disagreement**: http://b/agreement/text 77: expected vectors of 2 numbers');
  });
});
