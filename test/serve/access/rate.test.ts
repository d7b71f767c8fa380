import { expect } from 'chai';
import { parseRate } from '../../../src/serve/access/rate.js';

describe('a rate', () => {
  it('is a number of items in a second, minute, hour or day', () => {
    expect(parseRate('5/s')).to.deep.equal({ items: 5, seconds: 1, text: '5/s' });
    expect(parseRate('600/m').seconds).to.equal(60);
    expect(parseRate('1/h').seconds).to.equal(3600);
    expect(parseRate('100000/d').seconds).to.equal(86_400);
  });

  for (const wrong of ['', '600', '0/m', '-1/m', '1.5/m', '600/w', '600 / m', 'm/600']) {
    it(`is not ${JSON.stringify(wrong)}`, () => {
      expect(() => parseRate(wrong)).to.throw('items in a time, such as 600/m');
    });
  }
});
