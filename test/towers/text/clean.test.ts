import { expect } from 'chai';
import { cleanText } from '../../../src/towers/text/clean.js';

describe('cleaning a text', () => {
  it('changes nothing but half surrogate pairs unless the model asks for more', () => {
    const text = '  A\u0085 b,\n\0 😀';
    expect(cleanText(text, 'none')).to.equal(text);
    expect(cleanText('a\ud83d😀\ude00', 'none')).to.equal('a\ufffd😀\ufffd');
  });

  it('makes one space of what Python’s str.split cuts at, and trims the ends', () => {
    expect(cleanText('\x1f a\x1c\u0085\t b\u3000C\u2028', 'whitespace')).to.equal('a b C');
    expect(cleanText('\ufeffa\u200bb\u180e', 'whitespace')).to.equal('\ufeffa\u200bb\u180e');
  });

  it('drops ASCII punctuation and lowers the case, in immich’s order', () => {
    expect(cleanText(' A - "Dog", ΟΔΟΣ… ', 'canonicalize')).to.equal('a  dog οδος…');
    expect(cleanText('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', 'canonicalize')).to.equal('');
  });
});

describe('mending a text as CLIP does', () => {
  const mended = (text: string) => cleanText(text, 'openai');

  it('straightens quotes, opens ligatures and wide letters, and composes', () => {
    expect(mended('it’s a “dog‟s” ‚life‘')).to.equal(`it's a "dog"s" 'life'`);
    expect(mended('ﬁsh ﬂy oﬃce ĳs ǆ ﬅ')).to.equal('fish fly office ijs dž ſt');
    expect(mended('ＡＢＣ\u3000１２３！')).to.equal('ABC 123!');
    expect(mended('cafe\u0301')).to.equal('café');
  });

  it('reads HTML twice, as Python does', () => {
    expect(mended('rock &amp;amp; roll, 3 &lt; 4 &eacute;&#233;&#xe9;')).to.equal('rock & roll, 3 < 4 ééé');
    expect(mended('AT&T R&D &nosuch; a & b &copy 2026')).to.equal('AT&T R&D &nosuch; a & b © 2026');
  });

  it('leaves out what is no text, and makes one space of white space', () => {
    expect(mended('\ufeffa\u0000\u001b[31mred\u001b[0m\r\n\tdog \u2028 \ufffc')).to.equal('ared dog');
    expect(mended('  ')).to.equal('');
  });
});
