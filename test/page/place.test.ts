import { expect } from 'chai';
import type { Place } from '../../src/page/place.js';
import { parsePlace, sameSearch, toSearch } from '../../src/page/place.js';

describe('the place in the address', () => {
  const places: Place[] = [
    { subject: { kind: 'none' } },
    { subject: { kind: 'text', query: 'a dog & a cat = 2?' } },
    { subject: { kind: 'like', id: 'abc' }, filter: { property: 'format', value: 'png' } },
    { subject: { kind: 'image', key: 'k-1' }, photo: 'abc' },
  ];
  for (const place of places) {
    it(`comes back the same: ${toSearch(place) || 'nothing'}`, () => {
      expect(parsePlace(toSearch(place))).to.deep.equal(place);
    });
  }

  it('is empty for the start', () => expect(toSearch({ subject: { kind: 'none' } })).to.equal(''));

  it('takes half a filter and a blank text for none', () => {
    expect(parsePlace('?q=%20&property=format')).to.deep.equal({ subject: { kind: 'none' } });
  });

  it('is the same search whether or not a photo is open', () => {
    const place: Place = { subject: { kind: 'text', query: 'dog' } };
    expect(sameSearch(place, { ...place, photo: 'abc' })).to.equal(true);
    expect(sameSearch(place, { subject: { kind: 'text', query: 'cat' } })).to.equal(false);
  });
});
