import { expect } from 'chai';
import { orderLongMarkRuns } from '../../../../src/towers/text/pieces/mark-order.js';
import { seededRandom } from '../../../support/random.js';

/** Combining classes 230, 220, 1, 240, 216, none (an enclosing mark), and a mark that decomposes. */
const MARKS = ['\u0301', '\u0323', '\u0334', '\u0345', '\u031B', '\u20DD', '\u0344'];

/** Marks in an order that never settles, the same on every run. */
function mixedMarks(count: number): string {
  const random = seededRandom(12345);
  return Array.from({ length: count }, () => MARKS[Math.floor(random() * MARKS.length)]).join('');
}

describe('long runs of combining marks', () => {
  it('come out in the order that Unicode normalization gives them', () => {
    for (const count of [64, 65, 500]) {
      const text = `x ${mixedMarks(count)} e${mixedMarks(count)}`;
      const ordered = orderLongMarkRuns(text);
      for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) {
        expect(ordered.normalize(form)).to.equal(text.normalize(form));
      }
      expect(ordered).to.equal(text.normalize('NFD'));
    }
  });

  it('are the only ones touched', () => {
    const text = `e${mixedMarks(63)} e${mixedMarks(63)}`;
    expect(orderLongMarkRuns(text)).to.equal(text);
  });
});
