import { expect } from 'chai';
import { LONGEST_QUERY, toHint, toQuery } from '../../src/page/hint.js';
import { MAX_QUERY_CHARACTERS } from '../../src/serve/search/search-request.js';

describe('the hint beside the search box', () => {
  for (const text of ['一只猫', 'שועל על השלג', 'قطة', '🐱🍕', 'кошка', '?!']) {
    it(`says of “${text}” that a model which knows English only cannot read it`, () => {
      expect(toHint(text, 'English')).to.include('knows English only');
      expect(toHint(text, 'many')).to.equal('');
      expect(toHint(text, undefined)).to.equal('');
    });
  }

  for (const text of ['a cat', 'café in Zürich', '42', 'a 🐱 on a mat', '', 'the letter α on a sign']) {
    it(`says nothing of “${text}”`, () => expect(toHint(text, 'English')).to.equal(''));
  }

  it('says that the end of a long text is left out, and leaves it out as the service wants', () => {
    expect(LONGEST_QUERY).to.equal(MAX_QUERY_CHARACTERS);
    expect(toHint('a'.repeat(LONGEST_QUERY), 'English')).to.equal('');
    expect(toHint('a'.repeat(LONGEST_QUERY + 1), 'English')).to.include('the first 2,000 characters');
    expect(toQuery(`  ${'a'.repeat(3000)}`)).to.equal('a'.repeat(2000));
    expect(toQuery(`${'a'.repeat(1999)}🐱`)).to.equal('a'.repeat(1999));
    expect(toQuery(' a cat ')).to.equal('a cat');
  });
});
