import { expect } from 'chai';
import { graphemesOf } from '../../../../src/towers/text/pieces/graphemes.js';

describe('the graphemes of a text', () => {
  const whole = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const SAMPLES = ['漢', 'e\u0301', '👩\u200d🚀', '\r\n', 'a', '各', '👍🏽', 'กำ', '\u0600a', 'ﬁ\u0301', ' '];

  it('are the same in stretches as from the whole text', () => {
    for (const first of SAMPLES) {
      for (const second of SAMPLES) {
        const text = (first + second).repeat(300);
        expect([...graphemesOf(text)]).to.deep.equal([...whole.segment(text)].map(({ segment }) => segment));
      }
    }
  });

  it('are cut anywhere where thousands of characters belong together', () => {
    const text = `a${'\u0301'.repeat(9_000)}`;
    const graphemes = [...graphemesOf(text)];
    expect(graphemes.join('')).to.equal(text);
    expect(graphemes.map((grapheme) => grapheme.length)).to.deep.equal([4096, 4096, 809]);
  });

  it('are none in an empty text', () => {
    expect([...graphemesOf('')]).to.deep.equal([]);
  });
});
