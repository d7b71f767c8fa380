import { expect } from 'chai';
import { HandspringError } from '../../../../src/core/errors.js';
import { decodeBmp, readBmpHeader } from '../../../../src/towers/image/decode/bmp.js';
import { fixture } from '../reference.js';

const BITS_OFFSET = 28;
const COMPRESSION_OFFSET = 30;
const DATA_OFFSET = 10;

describe('decodeBmp', () => {
  it('skips to the right and up in run-length data, leaving the first colour', () => {
    const skip = [0, 2, 1, 1];
    const image = decodeBmp(rle8(3, 2, [1, 1, ...skip, 1, 2]));
    const [black, white, grey] = [
      [0, 0, 0],
      [255, 255, 255],
      [128, 128, 128],
    ] as const;
    expect([...image.data]).to.deep.equal([...black, ...black, ...grey, ...white, ...black, ...black]);
  });

  it('cuts a run at the end of its row', () => {
    const image = decodeBmp(rle8(2, 2, [9, 1, 0, 0, 2, 2]));
    expect([...image.data]).to.deep.equal([128, 128, 128, 128, 128, 128, 255, 255, 255, 255, 255, 255]);
  });

  for (const name of [
    'bmp-8-bit.bmp',
    'bmp-4-bit.bmp',
    'bmp-os2.bmp',
    'bmp-24-bit.bmp',
    'bmp-16-bit-565.bmp',
  ]) {
    it(`finds the pixels of ${name} where no place of theirs is stated`, () => {
      expect(decodeBmp(withOffset(name, 0))).to.deep.equal(decodeBmp(fixture(name)));
    });
  }

  it('finds the pixels where the stated place leaves out the palette', () => {
    expect(decodeBmp(withOffset('bmp-8-bit.bmp', 54))).to.deep.equal(decodeBmp(fixture('bmp-8-bit.bmp')));
  });

  const cutShort: readonly (readonly [string, readonly number[]])[] = [
    ['an end of the bitmap before the last pixel', [1, 1, 0, 1]],
    ['no end at all', [1, 1]],
    ['a skip without its distances', [1, 1, 0, 2, 0]],
    ['literal pixels that are not all there', [0, 3, 1]],
  ];
  for (const [title, data] of cutShort) {
    it(`refuses run-length data with ${title}`, () => {
      expect(() => decodeBmp(rle8(3, 1, data)))
        .to.throw(HandspringError)
        .with.property('reason', 'truncated');
    });
  }

  const unsupported: readonly (readonly [string, number, number])[] = [
    ['a JPEG inside', 24, 4],
    ['a PNG inside', 24, 5],
    ['two bits a pixel', 2, 0],
    ['run lengths of true colour', 24, 1],
  ];
  for (const [title, bitsPerPixel, compression] of unsupported) {
    it(`refuses ${title}`, () => {
      const bytes = Buffer.from(fixture('bmp-24-bit.bmp'));
      bytes.writeUInt16LE(bitsPerPixel, BITS_OFFSET);
      bytes.writeUInt32LE(compression, COMPRESSION_OFFSET);
      expect(() => readBmpHeader(bytes))
        .to.throw(HandspringError)
        .with.property('reason', 'unsupported');
    });
  }

  it('refuses masks that are not of five, six or eight bits', () => {
    const bytes = Buffer.from(fixture('bmp-16-bit-565.bmp'));
    bytes.writeUInt32LE(0xfff0, 54);
    expect(() => decodeBmp(bytes)).to.throw(HandspringError, 'a channel mask of fff0');
  });

  it('refuses a bitmap without pixels', () => {
    const bytes = Buffer.from(fixture('bmp-24-bit.bmp'));
    bytes.writeUInt32LE(0, 18);
    expect(() => readBmpHeader(bytes))
      .to.throw(HandspringError)
      .with.property('reason', 'corrupt');
  });
});

/** A run-length coded BMP whose colours are black, white and grey. */
function rle8(width: number, height: number, data: readonly number[]): Buffer {
  const palette = [0, 0, 0, 0, 255, 255, 255, 0, 128, 128, 128, 0];
  const bytes = Buffer.alloc(54);
  bytes.write('BM');
  bytes.writeUInt32LE(54 + palette.length, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(8, BITS_OFFSET);
  bytes.writeUInt32LE(1, COMPRESSION_OFFSET);
  bytes.writeUInt32LE(3, 46);
  return Buffer.concat([bytes, Buffer.from([...palette, ...data])]);
}

function withOffset(name: string, offset: number): Buffer {
  const bytes = Buffer.from(fixture(name));
  bytes.writeUInt32LE(offset, DATA_OFFSET);
  return bytes;
}
