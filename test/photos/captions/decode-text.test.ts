import { expect } from 'chai';
import { decodeText } from '../../../src/photos/captions/decode-text.js';

const littleEndian = Buffer.from('\ufeffMädchen 猫', 'utf16le');

describe('the text of a file', () => {
  it('is read as the UTF-8 or UTF-16 that it is in, without the byte order mark', () => {
    for (const bytes of [
      Buffer.from('Mädchen 猫'),
      Buffer.from('\ufeffMädchen 猫'),
      littleEndian,
      Buffer.from(littleEndian).swap16(),
    ]) {
      expect(decodeText(bytes)).to.equal('Mädchen 猫');
    }
  });

  it('is not guessed at', () => {
    const withoutMark = Buffer.from('a girl', 'utf16le');
    const utf32 = Buffer.from('\ufffe\0a\0b\0', 'utf16le').swap16();
    for (const bytes of [Buffer.from('Mädchen', 'latin1'), littleEndian.subarray(0, 7), withoutMark, utf32]) {
      expect(() => decodeText(bytes)).to.throw('expected UTF-8, or UTF-16 with a byte order mark');
    }
  });
});
