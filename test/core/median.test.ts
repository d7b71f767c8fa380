import { expect } from 'chai';
import { median } from '../../src/core/median.js';

describe('the median', () => {
  it('is the middle value, or the mean of two', () => {
    expect(median([3, 1, 2])).to.equal(2);
    expect(median([4, 1, 2, 3])).to.equal(2.5);
  });

  it('is no number where there are no values', () => {
    expect(median([])).to.be.NaN;
  });
});
