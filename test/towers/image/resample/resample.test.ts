import { expect } from 'chai';
import type { Window } from '../../../../src/towers/image/resample/resample.js';
import { resample } from '../../../../src/towers/image/resample/resample.js';
import type { RgbImage } from '../../../../src/towers/image/rgb-image.js';
import { seededRandom } from '../../../support/random.js';
import { resamplePlainly } from '../../../support/plain-resample.js';

describe('resample', () => {
  const random = seededRandom(20_240_607);
  const draw = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));

  function noise(width: number, height: number): RgbImage {
    return { data: Uint8Array.from({ length: width * height * 3 }, () => draw(0, 255)), width, height };
  }

  /** Black, white and nothing between, in stripes: where overshoot is largest. */
  function stripes(width: number, height: number): RgbImage {
    const data = new Uint8Array(width * height * 3);
    for (let i = 0; i < data.length; i++) data[i] = (Math.floor(i / 9) % 2) * 255;
    return { data, width, height };
  }

  function expectSame(image: RgbImage, width: number, height: number, window: Window): void {
    for (const filter of ['bicubic', 'bilinear'] as const) {
      const title = `${image.width}x${image.height} to ${width}x${height} ${filter} ${JSON.stringify(window)}`;
      const actual = resample(image, width, height, window, filter);
      const expected = resamplePlainly(image, width, height, window, filter);
      expect([actual.width, actual.height], title).to.deep.equal([window.width, window.height]);
      expect(Buffer.compare(actual.data, expected.data), title).to.equal(0);
    }
  }

  const whole = (width: number, height: number): Window => ({ left: 0, top: 0, width, height });

  it('gives the same bits as plain loops for sizes drawn at random, enlarging and shrinking, with any window', () => {
    for (let round = 0; round < 150; round++) {
      const [width, height] = [draw(1, 90), draw(1, 90)];
      const [left, top] = [draw(0, width - 1), draw(0, height - 1)];
      const window = { left, top, width: draw(1, width - left), height: draw(1, height - top) };
      const make = round % 3 === 0 ? stripes : noise;
      expectSame(make(draw(1, 150), draw(1, 150)), width, height, window);
    }
  });

  const extremes = [
    [1, 1],
    [2, 2],
    [1, 5000],
    [5000, 1],
    [3, 4001],
    [4001, 3],
    [65_535, 2],
    [2, 65_535],
  ] as const;
  for (const [width, height] of extremes) {
    it(`gives the same bits as plain loops for ${width} x ${height}`, () => {
      expectSame(noise(width, height), 32, 32, whole(32, 32));
      expectSame(stripes(width, height), 7, 19, whole(7, 19));
      expectSame(stripes(width, height), 1, 1, whole(1, 1));
    });
  }

  it('gives the middle of a very long image without making the rest', () => {
    const image = noise(2, 5000);
    expectSame(image, 224, 560_000, { left: 0, top: 279_888, width: 224, height: 224 });
  });

  it('leaves an image of the same size as it is', () => {
    const image = noise(33, 21);
    expect(resample(image, 33, 21, whole(33, 21), 'bicubic').data).to.deep.equal(image.data);
  });

  it('leaves one colour one colour', () => {
    for (const value of [0, 1, 127, 254, 255]) {
      const image = { data: new Uint8Array(50 * 40 * 3).fill(value), width: 50, height: 40 };
      const { data } = resample(image, 224, 17, whole(224, 17), 'bicubic');
      expect(data.every((pixel) => pixel === value)).to.be.true;
    }
  });

  it('forgets nothing and keeps nothing between an ordinary image, a huge one and the same again', () => {
    const small = noise(64, 48);
    const before = resample(small, 40, 30, whole(40, 30), 'bicubic').data;
    expectSame(stripes(4, 16_000), 384, 40, whole(384, 40));
    expect(resample(small, 40, 30, whole(40, 30), 'bicubic').data).to.deep.equal(before);
  });

  it('reads no more than the pixels it is given', () => {
    const pixels = noise(31, 17);
    const padded = new Uint8Array(pixels.data.length + 64).fill(255);
    padded.set(pixels.data, 32);
    const view = { ...pixels, data: padded.subarray(32, 32 + pixels.data.length) };
    expectSame(view, 12, 9, whole(12, 9));
  });
});
