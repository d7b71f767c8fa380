import { expect } from 'chai';
import { median, unionMs } from '../../bench/timing.js';

describe('timing of a bench', () => {
  it('counts time once that several intervals cover', () => {
    const intervals = [
      { start: 10, end: 20 },
      { start: 0, end: 4 },
      { start: 12, end: 15 },
      { start: 18, end: 25 },
    ];
    expect(unionMs(intervals)).to.equal(4 + 15);
    expect(unionMs([])).to.equal(0);
  });

  it('takes the middle value, or the mean of two', () => {
    expect(median([3, 1, 2])).to.equal(2);
    expect(median([4, 1, 2, 3])).to.equal(2.5);
  });
});
