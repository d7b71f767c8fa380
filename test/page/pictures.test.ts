import { expect } from 'chai';
import { looksOf, toDuration } from '../../src/page/pictures.js';

const photo = { id: 'a', name: 'a', properties: {} };

describe('how a kind of file is shown', () => {
  it('is as its own proportions for a photo, and wide, with a way to play it, for a sound', () => {
    expect(looksOf({ kind: 'image' }).proportion({ ...photo, width: 40, height: 20 })).to.equal(2);
    expect(looksOf({ kind: 'image' }).plays).to.equal(false);
    expect(looksOf({ kind: 'audio' }).proportion(photo)).to.equal(1.8);
    expect(looksOf({ kind: 'audio' }).plays).to.equal(true);
  });

  it('is as a photo where nothing or something unknown is said', () => {
    expect(looksOf({})).to.equal(looksOf({ kind: 'image' }));
    expect(looksOf({ kind: 'smell' })).to.equal(looksOf({ kind: 'image' }));
  });

  it('tells a length in minutes and seconds, a second at least', () => {
    expect([0.2, 7.4, 59.6, 150].map(toDuration)).to.deep.equal(['0:01', '0:07', '1:00', '2:30']);
  });
});
