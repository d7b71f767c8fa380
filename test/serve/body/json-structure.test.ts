import { expect } from 'chai';
import type { HandspringError } from '../../../src/core/errors.js';
import { boundJsonStructure } from '../../../src/serve/body/json-structure.js';
import { seededRandom } from '../../support/random.js';

const MAX_ITEMS = 8;
/** Far more values than eight items may need. */
const MANY = 100_000;

function codeOf(json: string): string {
  try {
    boundJsonStructure(Buffer.from(json), { maxValues: 2 * MAX_ITEMS + 1024, option: 'MAX_ITEMS' });
    return 'taken';
  } catch (error) {
    return (error as HandspringError).code;
  }
}

describe('the structure of JSON, before it is parsed', () => {
  const bombs: Readonly<Record<string, string>> = {
    'empty objects': `{"x":[${'{},'.repeat(MANY)}0]}`,
    'empty lists': `{"x":[${'[],'.repeat(MANY)}0]}`,
    'lists of one': `{"x":[${'[0],'.repeat(MANY)}0]}`,
    'strings of none': `{"texts":[${'"",'.repeat(MANY)}""]}`,
    'keys of their own': `{${Array.from({ length: MANY }, (_, at) => `"${at}":0`).join(',')}}`,
    'lists that follow each other': '[]'.repeat(MANY),
  };
  for (const [title, json] of Object.entries(bombs)) {
    it(`is refused if it is ${title} by the thousand`, () => {
      expect(codeOf(json)).to.equal('payload_too_large');
    });
  }

  for (const [title, json] of [
    ['lists', '['.repeat(MANY) + ']'.repeat(MANY)],
    ['lists that do not end', '['.repeat(MANY)],
    ['objects', '{"a":'.repeat(MANY) + '0' + '}'.repeat(MANY)],
  ] as const) {
    it(`is refused if it is ${title} in each other without end`, () => {
      expect(codeOf(json)).to.equal('invalid_request');
    });
  }

  it('may be as many items as are allowed, and keys that nobody knows', () => {
    const config = { a: { b: { c: [1, 2, 3] } }, list: Array<number>(500).fill(1) };
    expect(codeOf(JSON.stringify({ texts: Array(MAX_ITEMS).fill('a'), config }))).to.equal('taken');
  });

  it('is what stands outside strings, however those end', () => {
    const random = seededRandom(7);
    const pick = (letters: string) => letters[Math.floor(random() * letters.length)] ?? '';
    for (let round = 0; round < 300; round++) {
      // Rich in escapes at first, so that both ways to look for the next one are gone.
      const rich = Array.from({ length: 200 }, () => pick('"\\[{a')).join('');
      const poor = Array.from({ length: 3000 }, () => (random() < 0.01 ? pick('"\\') : pick('[{,:a'))).join(
        '',
      );
      const string = JSON.stringify(rich + poor + pick('"\\a'));
      expect(codeOf(`{"texts":[${string}]}`), string).to.equal('taken');
      expect(codeOf(`{"texts":[${string},${'[],'.repeat(MANY)}0]}`), string).to.equal('payload_too_large');
    }
  });

  it('of a string that does not end is nothing', () => {
    expect(codeOf(`{"texts":["${'['.repeat(MANY)}\\"`)).to.equal('taken');
  });
});
