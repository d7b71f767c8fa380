import { expect } from 'chai';
import { toStatus } from '../../src/page/status.js';

const PHOTOS = { one: 'photo', many: 'photos' };
const found = { photos: [], offset: 0 };

describe('the line about what is shown', () => {
  it('says how many photos there are when nothing is searched for', () => {
    expect(toStatus({ ...found, total: 1234 }, PHOTOS)).to.equal('1,234 photos, newest first');
    expect(toStatus({ ...found, total: 1 }, PHOTOS)).to.equal('1 photo, newest first');
    expect(toStatus({ ...found, total: 0 }, PHOTOS)).to.equal('');
  });

  it('says how many were found, in what time, and how much of it the model took', () => {
    expect(toStatus({ ...found, total: 87, tookMs: 12.34, encodeMs: 9.87 }, PHOTOS)).to.equal(
      '87 photos, best first, in 12 ms (the model 9.9 ms)',
    );
    expect(toStatus({ ...found, total: 1, tookMs: 1234 }, PHOTOS)).to.equal('1 photo, best first, in 1.2 s');
  });

  it('says how many of them fit', () => {
    const search = { ...found, total: 87, tookMs: 12 };
    expect(toStatus(search, PHOTOS, 3)).to.equal('3 fit well: 87 photos, best first, in 12 ms');
    expect(toStatus(search, PHOTOS, 1)).to.equal('1 fits well: 87 photos, best first, in 12 ms');
    expect(toStatus(search, PHOTOS, 0)).to.equal('Nothing fits well: 87 photos, best first, in 12 ms');
  });

  it('says when the store has more than it can list', () => {
    expect(toStatus({ ...found, total: 10_000, beyond: 2_345 }, PHOTOS)).to.equal(
      'The first 10,000 of 12,345 photos, newest first',
    );
  });

  it('says when the end of the text was left out', () => {
    expect(toStatus({ ...found, total: 1, tookMs: 1, truncated: true }, PHOTOS)).to.include(
      'its end was left out',
    );
  });
});
