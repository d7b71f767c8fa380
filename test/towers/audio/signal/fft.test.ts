import { expect } from 'chai';
import { powerSpectrum } from '../../../../src/towers/audio/signal/fft.js';
import { seededRandom } from '../../../support/random.js';

/** The definition, term by term. */
function plainSpectrum(samples: Float64Array): number[] {
  const size = samples.length;
  return Array.from({ length: size / 2 + 1 }, (_, k) => {
    let [x, y] = [0, 0];
    samples.forEach((sample, n) => {
      x += sample * Math.cos((2 * Math.PI * k * n) / size);
      y -= sample * Math.sin((2 * Math.PI * k * n) / size);
    });
    return x * x + y * y;
  });
}

describe('powerSpectrum', () => {
  for (const size of [4, 8, 64, 512, 1024]) {
    it(`is the transform by its definition, of ${size} samples`, () => {
      const random = seededRandom(size);
      const samples = Float64Array.from({ length: size }, () => random() * 2 - 1);
      const power = new Float64Array(size / 2 + 1);
      powerSpectrum(size)(samples, power);
      plainSpectrum(samples).forEach((expected, k) => expect(power[k]).to.be.closeTo(expected, 1e-9 * size));
    });
  }

  it('leaves its input alone, and nothing behind for the next', () => {
    const spectrum = powerSpectrum(8);
    const samples = Float64Array.of(1, -2, 3, 0, 5, 1, -1, 2);
    const before = Float64Array.from(samples);
    const [first, second] = [new Float64Array(5), new Float64Array(5)];
    spectrum(samples, first);
    spectrum(Float64Array.of(9, 9, 9, 0, 0, 0, 0, 1), second);
    spectrum(samples, second);
    expect(samples).to.deep.equal(before);
    expect(second).to.deep.equal(first);
  });

  it('refuses what is no power of two', () => {
    for (const size of [0, 2, 12, 400])
      expect(() => powerSpectrum(size)).to.throw(RangeError, 'size: expected');
  });
});
