import { expect } from 'chai';
import { toStatus } from '../../src/page/status.js';

const found = { photos: [], offset: 0 };

describe('the line about what is shown', () => {
  it('says how many photos there are when nothing is searched for', () => {
    expect(toStatus({ ...found, total: 1234 })).to.equal('1,234 photos, newest first');
    expect(toStatus({ ...found, total: 1 })).to.equal('1 photo, newest first');
    expect(toStatus({ ...found, total: 0 })).to.equal('');
  });

  it('says how many were found, in what time, and how much of it the model took', () => {
    expect(toStatus({ ...found, total: 87, tookMs: 12.34, encodeMs: 9.87 })).to.equal(
      '87 photos, best first, in 12 ms (the model 9.9 ms)',
    );
    expect(toStatus({ ...found, total: 1, tookMs: 1234 })).to.equal('1 photo, best first, in 1.2 s');
  });

  it('says how many of them fit', () => {
    const search = { ...found, total: 87, tookMs: 12 };
    expect(toStatus(search, 3)).to.equal('3 fit well: 87 photos, best first, in 12 ms');
    expect(toStatus(search, 1)).to.equal('1 fits well: 87 photos, best first, in 12 ms');
    expect(toStatus(search, 0)).to.equal('Nothing fits well: 87 photos, best first, in 12 ms');
  });

  it('says when the store has more than it can list', () => {
    expect(toStatus({ ...found, total: 10_000, beyond: 2_345 })).to.equal(
      'The first 10,000 of 12,345 photos, newest first',
    );
  });

  it('says when the end of the text was left out', () => {
    expect(toStatus({ ...found, total: 1, tookMs: 1, truncated: true })).to.include('its end was left out');
  });
});
