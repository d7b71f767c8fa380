import { expect } from 'chai';
import { toStatus } from '../../src/page/status.js';

const photo = { id: 'a', name: 'a.png', properties: {} };

describe('the line about what is shown', () => {
  it('says how many photos there are when nothing is searched for', () => {
    expect(toStatus({ photos: [photo] }, 87)).to.equal('1 of 87 photos, newest first');
    expect(toStatus({ photos: [photo] }, 1)).to.equal('1 photo, newest first');
  });

  it('says how many were found, in what time, and how much of it the model took', () => {
    expect(toStatus({ photos: [photo], tookMs: 12.34, encodeMs: 9.87 }, 87)).to.equal(
      'Best 1 of 87 photos in 12 ms (the model 9.9 ms)',
    );
    expect(toStatus({ photos: [photo], tookMs: 1234 }, undefined)).to.equal('1 photo in 1.2 s');
  });

  it('says when the end of the text was left out', () => {
    expect(toStatus({ photos: [], tookMs: 1, truncated: true }, 0)).to.include('its end was left out');
  });
});
