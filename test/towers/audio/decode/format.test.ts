import { expect } from 'chai';
import { endOfTag, recogniseSound } from '../../../../src/towers/audio/decode/format.js';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const MP3_FRAME = '\xff\xfb\x90\x64';
const TAG = 'ID3\x04\x00\x00\x00\x00\x00\x04abcd';

describe('recogniseSound', () => {
  for (const [bytes, format] of [
    ['RIFF\x00\x00\x00\x00WAVEfmt ', 'WAV'],
    ['RF64\xff\xff\xff\xffWAVEds64', 'WAV'],
    ['fLaC\x00', 'FLAC'],
    [`${TAG}fLaC`, 'FLAC'],
    [MP3_FRAME, 'MP3'],
    [`${TAG}${MP3_FRAME}`, 'MP3'],
    [`${TAG}\x00\x00\x00\x00`, 'MP3'],
    [`OggS${'\x00'.repeat(22)}\x01\x1e\x01vorbis`, 'Vorbis'],
    [`OggS${'\x00'.repeat(22)}\x01\x13OpusHead`, 'Opus'],
  ] as const) {
    it(`tells ${format} by its content: ${JSON.stringify(bytes.slice(0, 12))}`, () => {
      expect(recogniseSound(latin1(bytes))).to.equal(format);
    });
  }

  for (const [bytes, told] of [
    ['\x00\x00\x00\x1cftypM4A \x00', 'an M4A file (AAC or ALAC)'],
    ['\x00\x00\x00\x18ftypmp42', 'an MP4 or QuickTime file'],
    ['\xff\xf1\x50\x80', 'AAC without a container (ADTS)'],
    ['FORM\x00\x00\x00\x00AIFFCOMM', 'an AIFF file'],
    ['\x1a\x45\xdf\xa3\x9f', 'a WebM or Matroska file'],
    [`OggS${'\x00'.repeat(22)}\x01\x50Speex   `, 'an Ogg file of another codec'],
    ['RIFF\x00\x00\x00\x00AVI LIST', 'an AVI file'],
    ['\xff\xd8\xff\xe0', 'a JPEG image'],
    ['version https://git-lfs.github.com/spec/v1\n', 'a Git LFS pointer instead of the file'],
    ['MThd\x00\x00', 'a MIDI file'],
    ['a text that is long enough', '26 bytes of unknown format'],
    ['', 'no bytes'],
  ] as const) {
    it(`names what it is instead: ${told}`, () => {
      expect(() => recogniseSound(latin1(bytes))).to.throw(
        `expected a WAV, MP3, FLAC, Ogg Vorbis or Ogg Opus sound, received ${told}`,
      );
    });
  }
});

describe('endOfTag', () => {
  it('is behind an ID3v2 tag, its footer included, and 0 without one', () => {
    expect(endOfTag(latin1(TAG))).to.equal(14);
    expect(endOfTag(latin1('ID3\x04\x00\x10\x00\x00\x01\x00'))).to.equal(10 + 128 + 10);
    expect(endOfTag(latin1(MP3_FRAME))).to.equal(0);
    expect(endOfTag(latin1('ID3'))).to.equal(0);
  });
});
