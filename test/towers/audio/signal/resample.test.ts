import { expect } from 'chai';
import { resample } from '../../../../src/towers/audio/signal/resample.js';

const tone = (hertz: number, rate: number, length: number) =>
  Float32Array.from({ length }, (_, at) => Math.sin((2 * Math.PI * hertz * at) / rate));

/** The largest difference away from the ends, where the sound begins out of nothing. */
function difference(a: Float32Array, b: Float32Array, rate: number): number {
  const margin = Math.ceil(rate / 500);
  let largest = 0;
  for (let at = margin; at < Math.min(a.length, b.length) - margin; at++)
    largest = Math.max(largest, Math.abs(a[at]! - b[at]!));
  return largest;
}

describe('resample', () => {
  it('hands a sound back that has the rate already', () => {
    const sound = tone(440, 16_000, 100);
    expect(resample(sound, 16_000, 16_000)).to.equal(sound);
  });

  for (const [from, to] of [
    [44_100, 16_000],
    [48_000, 16_000],
    [22_050, 16_000],
    [8_000, 16_000],
    [11_025, 48_000],
    [16_001, 16_000],
  ] as const) {
    it(`keeps a tone that both rates hold, from ${from} to ${to} a second`, () => {
      const result = resample(tone(440, from, from), from, to);
      expect(result.length).to.equal(to);
      expect(difference(result, tone(440, to, to), to)).to.be.lessThan(2e-3);
    });
  }

  it('leaves a tone out that the new rate cannot hold', () => {
    const result = resample(tone(12_000, 44_100, 44_100), 44_100, 16_000);
    expect(difference(result, new Float32Array(16_000), 16_000)).to.be.lessThan(1e-2);
  });

  it('rounds the length up, and takes sounds shorter than its kernel', () => {
    expect(resample(new Float32Array(11_028), 44_100, 16_000).length).to.equal(4002);
    expect(resample(Float32Array.of(1), 44_100, 16_000)).to.have.length(1);
    expect(resample(new Float32Array(0), 44_100, 16_000)).to.have.length(0);
  });

  it('does not mix up the kernels of one pair of rates with those of another', () => {
    const sound = tone(440, 44_100, 4410);
    const first = resample(sound, 44_100, 16_000);
    resample(tone(440, 22_050, 2205), 22_050, 16_000);
    expect(resample(sound, 44_100, 16_000)).to.deep.equal(first);
  });
});
