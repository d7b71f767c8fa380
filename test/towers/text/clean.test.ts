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
