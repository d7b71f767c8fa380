import { expect } from 'chai';
import { unionMs } from '../../bench/timing.js';

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
});
