import { expect } from 'chai';
import { parseTimeToCome } from '../../../src/cli/keys/times.js';

const NOW = Date.UTC(2026, 10, 28, 12);

describe('a time to come', () => {
  for (const [text, time] of [
    ['30m', '2026-11-28T12:30:00Z'],
    ['12h', '2026-11-29T00:00:00Z'],
    ['90d', '2027-02-26T12:00:00Z'],
    ['2027-01-31', '2027-01-31T00:00:00Z'],
    ['2027-01-31T12:00:00+01:00', '2027-01-31T11:00:00Z'],
  ] as const) {
    it(`is ${time} for ${text}`, () => expect(parseTimeToCome('--expires', text, NOW)).to.equal(time));
  }

  for (const text of [
    '',
    '90',
    'd',
    '0d',
    '-1d',
    '90w',
    'tomorrow',
    '1',
    '2026-11-28',
    '2027-02-31T',
    '999999d9',
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(() => parseTimeToCome('--expires', text, NOW)).to.throw(
        `--expires: expected a time to come, such as 90d, 12h, 2027-01-31 or 2027-01-31T12:00:00Z, received ${JSON.stringify(text)}`,
      );
    });
  }
});
