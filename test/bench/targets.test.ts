import { expect } from 'chai';
import { judge } from '../../bench/targets.js';
import { resultsOf } from './results-of.js';

/** What is judged of figures with these values in the rounds. */
function judged(figures: Readonly<Record<string, readonly number[]>>) {
  return judge(resultsOf(figures)).map(({ what, found, reached }) => ({ what, ...found, reached }));
}

describe('the targets of the benchmark', () => {
  it('are ratios of one round each, against the batch that is best by the median', () => {
    const figures = {
      'raw/image/batch 1': [10, 10, 90],
      'raw/image/batch 8': [20, 40, 30],
      'service fp32/image 640x480/16 callers': [18, 32, 33],
    };
    // Of the medians it would be 32 ÷ 30; the one round of batch 1 that was better counts for nothing.
    expect(judged(figures)).to.deep.equal([
      {
        what: 'fp32: 640×480 images a second, 16 callers ÷ raw at its best batch',
        median: 0.9,
        least: 0.8,
        most: 1.1,
        reached: true,
      },
    ]);
  });

  it('of texts are those at the best batch; at batch 16 they are shown beside it and not judged', () => {
    const rows = judged({
      'raw/text 4/batch 16': [100],
      'raw/text 4/batch 32': [200],
      'service fp32/text 4/16 callers': [90],
    });
    expect(rows.map(({ median, reached }) => [median, reached])).to.deep.equal([
      [0.45, false],
      [0.9, undefined],
    ]);
  });

  it('tell what the optimiser and int8 gain in the model alone from what they gain in the service', () => {
    const rows = judged({
      'files/fp32/image/batch 8': [10, 10],
      'files/optimised/image/batch 8': [11, 10],
      'files/int8/image/batch 8': [20, 20],
      'service fp32/image 640x480/16 callers': [10, 10],
      'service int8/image 640x480/16 callers': [12, 12],
    });
    expect(rows.map(({ what, median, reached }) => [what, median, reached])).to.deep.equal([
      ['optimised ÷ fp32, the model alone, image, batch 8', 1.05, false],
      ['int8 ÷ fp32, the model alone, image, batch 8', 2, true],
      ['int8 ÷ fp32, the service, 640×480 images, 16 callers', 1.2, false],
    ]);
  });

  it('of queries and of the event loop are judged in int8 too, the largest photos and the imports apart', () => {
    const rows = judged({
      'service fp32/text 4/16 callers/event-loop delay p99': [12, 30],
      'service fp32/image 640x480/1 callers/event-loop delay p99': [14, 13],
      'service int8/image 12mp/1 callers/event-loop delay p99': [90, 80],
      'service int8/queries/a text/ratio': [4, 5],
      'service int8/queries/a text/event-loop delay p99': [15, 15],
    });
    expect(rows.map(({ what, median, reached }) => [what, median, reached])).to.deep.equal([
      ['int8: p95 beside an import ÷ idle: a text', 4.5, false],
      // The worst of each round: 14 and 30.
      [
        'fp32: event-loop delay p99, the worst of 640×480 photos and texts of 4, 12, 77 tokens, 1 to 32 callers each',
        22,
        false,
      ],
      ['int8: event-loop delay p99, the worst of 12-megapixel photos, 1 to 32 callers', 85, false],
      ['int8: event-loop delay p99, the worst of queries beside imports', 15, true],
    ]);
  });

  it('of memory say when it was read, and that of the loads is judged as well', () => {
    const rows = judged({
      'service int8/memory at rest': [400],
      'service int8/text 4/16 callers/memory': [450],
      'service int8/image 640x480/16 callers/memory': [500],
      'service int8/image 12mp/16 callers/memory': [900],
      'service int8/memory at its peak': [1000],
    });
    expect(rows.map(({ what, median, reached }) => [what, median.toFixed(3), reached])).to.deep.equal([
      ['int8: resident memory, both towers, at rest', '0.419', true],
      [
        'int8: resident memory, both towers, under load, the most of 640×480 photos and texts',
        '0.524',
        false,
      ],
      ['int8: resident memory, both towers, under load of 12-megapixel photos', '0.944', false],
      ['int8: resident memory, both towers, at its peak', '1.049', undefined],
    ]);
  });
});
