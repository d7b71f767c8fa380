import { expect } from 'chai';
import { halfToFloat, toHalf } from '../../../src/onnx/file/half.js';

describe('16-bit floats', () => {
  it('come back from float32 for every one of the 65,536 patterns that is a number', () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, index) => index);
    const back = toHalf(halfToFloat(bits));
    const wrong = bits.filter((pattern) => (pattern & 0x7fff) <= 0x7c00 && back[pattern] !== pattern);
    expect(Array.from(wrong)).to.be.empty;
  });

  // from numpy: np.float32(x).astype(np.float16).view(np.uint16)
  const rounded: [what: string, x: number, bits: number][] = [
    ['one', 1, 0x3c00],
    ['the largest', 65_504, 0x7bff],
    ['too large: infinity', 65_520, 0x7c00],
    ['just below that', 65_519.996, 0x7bff],
    ['half way, to the even one below', 2049, 0x6800],
    ['half way, to the even one above', 2051, 0x6802],
    ['the smallest', 2 ** -24, 0x0001],
    ['half the smallest: zero', 2 ** -25, 0x0000],
    ['just above that', 2 ** -25 * 1.0001, 0x0001],
    ['minus zero', -0, 0x8000],
    ['a carry into the exponent', 0.99999, 0x3c00],
  ];
  for (const [what, x, expected] of rounded) {
    it(`round ${what}`, () => expect(toHalf(Float32Array.of(x))[0]).to.equal(expected));
  }

  it('keep what is not a number', () => {
    expect(halfToFloat(toHalf(Float32Array.of(NaN)))[0]).to.be.NaN;
  });
});
