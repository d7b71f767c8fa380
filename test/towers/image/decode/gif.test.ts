import { expect } from 'chai';
import { HandspringError } from '../../../../src/core/errors.js';
import { decodeGif } from '../../../../src/towers/image/decode/gif.js';

const RED_AND_BLUE = [255, 0, 0, 0, 0, 255];
const BLUES = [0, 0, 255, 0, 0, 255, 0, 0, 255];
const FRAME_OFFSET = 13 + RED_AND_BLUE.length;

describe('decodeGif', () => {
  it('reads codes of growing length, and one that is the string just being made', () => {
    // Clear, 1, then code 6 (the string 1 1, not known yet), then end; 2-bit pixels make codes of 3 bits.
    const image = decodeGif(gif(3, 1, [0x02, 0x02, bits(4, 1, 6)[0]!, bits(4, 1, 6)[1]!, 0]));
    expect([...image.data]).to.deep.equal([0, 0, 255, 0, 0, 255, 0, 0, 255]);
  });

  it('takes the first frame only, and what follows the last pixel not at all', () => {
    const image = decodeGif(gif(1, 1, [0x02, 0x01, bits(4, 0)[0]!, 0, 0x2c, 0xff]));
    expect([...image.data]).to.deep.equal([255, 0, 0]);
  });

  const broken: readonly (readonly [string, readonly number[], string])[] = [
    ['an end code before the last pixel', [0x02, 0x02, ...bits(4, 0, 5), 0], 'truncated'],
    ['a terminator before the last pixel', [0x02, 0x01, bits(4, 0)[0]!, 0], 'truncated'],
    ['a block that is not all there', [0x02, 0x09, bits(4, 0)[0]!], 'truncated'],
    ['no data', [], 'truncated'],
    ['a code that has no meaning yet', [0x02, 0x02, ...bits(4, 0, 7), 0], 'corrupt'],
    ['a string before any pixel', [0x02, 0x02, ...bits(4, 6, 6), 0], 'corrupt'],
    ['pixels of thirteen bits', [0x0d, 0x02, 0, 0, 0], 'corrupt'],
  ];
  for (const [title, data, reason] of broken) {
    it(`refuses ${title} as ${reason}`, () => {
      expect(() => decodeGif(gif(3, 1, data)))
        .to.throw(HandspringError)
        .with.property('reason', reason);
    });
  }

  it('takes pixels of more bits than a palette needs, by their lowest eight', () => {
    // Codes of 10 bits: clear (512), 1, the string just being made (514), end. 257 counts as 1.
    expect([...decodeGif(gif(3, 1, [9, 5, ...codes(10, 512, 1, 514, 513), 0])).data]).to.deep.equal(BLUES);
    expect([...decodeGif(gif(3, 1, [9, 5, ...codes(10, 512, 257, 1, 257), 0])).data]).to.deep.equal(BLUES);
    // Codes of 13 bits, for which no string has a place.
    expect([...decodeGif(gif(3, 1, [12, 7, ...codes(13, 4096, 1, 4098, 4097), 0])).data]).to.deep.equal(
      BLUES,
    );
  });

  it('passes over bytes between blocks, as Pillow and browsers do', () => {
    const bytes = gif(1, 1, [0x02, 0x01, bits(4, 1)[0]!, 0]);
    const comment = [0x21, 0xfe, 1, 65, 0];
    const stray = Buffer.concat([
      bytes.subarray(0, FRAME_OFFSET),
      Buffer.from([0, 0x77, ...comment, 0]),
      bytes.subarray(FRAME_OFFSET),
    ]);
    expect([...decodeGif(stray).data]).to.deep.equal([0, 0, 255]);
  });

  it('refuses a frame without pixels, and a file without a frame', () => {
    expect(() => decodeGif(gif(0, 1, [0x02, 0])))
      .to.throw(HandspringError)
      .with.property('reason', 'corrupt');
    const noFrame = Buffer.concat([Buffer.from('GIF89a\x01\0\x01\0\0\0\0', 'latin1'), Buffer.from(';')]);
    expect(() => decodeGif(noFrame))
      .to.throw(HandspringError)
      .with.property('reason', 'corrupt');
  });
});

/** A GIF of one frame whose palette is red and blue; `data` is what stands after the frame's header. */
function gif(width: number, height: number, data: readonly number[]): Buffer {
  const header = [...Buffer.from('GIF89a'), width, 0, height, 0, 0x80, 0, 0, ...RED_AND_BLUE];
  const frame = [0x2c, 0, 0, 0, 0, width, 0, height, 0, 0];
  return Buffer.from([...header, ...frame, ...data]);
}

/** Codes of so many bits, lowest bit first. */
function codes(width: number, ...values: readonly number[]): number[] {
  const joined = values.reduce((sum, code, i) => sum | (BigInt(code) << BigInt(width * i)), 0n);
  return Array.from({ length: Math.ceil((width * values.length) / 8) }, (_, i) =>
    Number((joined >> BigInt(8 * i)) & 255n),
  );
}

/** Three-bit codes in two bytes, lowest bit first. */
function bits(...codes: readonly number[]): number[] {
  const joined = codes.reduce((sum, code, i) => sum | (code << (3 * i)), 0);
  return [joined & 255, joined >> 8];
}
