import { expect } from 'chai';
import { countFrames, spectrogramOf } from '../../../../src/towers/audio/signal/spectrogram.js';
import type { SpectrogramSettings } from '../../../../src/towers/audio/signal/spectrogram.js';

const PLAIN: SpectrogramSettings = {
  rate: 16_000,
  frame: 400,
  hop: 160,
  size: 512,
  window: 'periodic',
  removeMean: false,
  preEmphasis: 0,
  centred: false,
  power: 1,
  mel: { bands: 64, lowest: 125, highest: 7500, scale: 'kaldi' },
  log: { kind: 'offset', value: 0.001 },
};

const tone = (hertz: number, length = 16_000) =>
  Float32Array.from({ length }, (_, at) => 0.5 * Math.sin((2 * Math.PI * hertz * at) / 16_000));

const loudest = (row: Float32Array) => row.indexOf(Math.max(...row));

describe('spectrogramOf', () => {
  it('has a tone in the band of its frequency, in every frame', () => {
    const { frames, bands, values } = spectrogramOf(PLAIN)(tone(1000));
    expect([frames, bands]).to.deep.equal([98, 64]);
    const rows = Array.from({ length: frames }, (_, at) => values.subarray(at * bands, (at + 1) * bands));
    // 1,000 Hz are 1,000 mel, of 185 to 2,775 that 65 steps go through.
    for (const row of rows)
      expect(loudest(row)).to.equal(Math.round(((1000 - 185.3) / (2774.7 - 185.3)) * 65) - 1);
  });

  it('is the logarithm of its floor, its offset or its decibels where there is no sound', () => {
    const silence = new Float32Array(400);
    const of = (log: SpectrogramSettings['log']) => spectrogramOf({ ...PLAIN, log })(silence).values[0];
    expect(of({ kind: 'offset', value: 0.001 })).to.be.closeTo(Math.log(0.001), 1e-6);
    expect(of({ kind: 'floor', value: 1e-7 })).to.be.closeTo(Math.log(1e-7), 1e-5);
    expect(of({ kind: 'decibels', value: 1e-10 })).to.be.closeTo(-100, 1e-5);
  });

  it('takes a constant off where it is told to', () => {
    const shifted = tone(1000).map((sample) => sample + 0.3);
    const settings = { ...PLAIN, removeMean: true, mel: { ...PLAIN.mel, lowest: 20 } };
    const [plain, moved] = [tone(1000), shifted].map((sound) => spectrogramOf(settings)(sound).values);
    plain!.forEach((value, at) => expect(moved![at]).to.be.closeTo(value, 2e-3));
  });

  it('has pre-emphasis turn low tones down and leave high ones', () => {
    const level = (hertz: number, preEmphasis: number) =>
      Math.max(...spectrogramOf({ ...PLAIN, preEmphasis })(tone(hertz)).values);
    expect(level(200, 0) - level(200, 0.97)).to.be.greaterThan(1.5);
    expect(level(7000, 0) - level(7000, 0.97)).to.be.lessThan(0);
  });

  it('squares magnitudes to power', () => {
    const level = (power: 1 | 2) =>
      Math.max(...spectrogramOf({ ...PLAIN, power, log: { kind: 'floor', value: 1e-9 } })(tone(1000)).values);
    expect(level(2)).to.be.greaterThan(level(1) * 1.7);
  });

  it('counts whole frames, or those around each multiple of the hop', () => {
    expect([399, 400, 559, 560].map((length) => countFrames(length, PLAIN))).to.deep.equal([0, 1, 1, 2]);
    const centred = { ...PLAIN, centred: true };
    expect([1, 160, 16_000].map((length) => countFrames(length, centred))).to.deep.equal([1, 2, 101]);
  });

  it('sees the sound mirrored at its ends where frames are centred', () => {
    const settings = { ...PLAIN, centred: true, frame: 512, window: 'periodic' } as const;
    const sound = tone(1000, 1024);
    const mirrored = Float32Array.from({ length: 512 }, (_, at) => sound[Math.abs(at - 256)]!);
    const whole = spectrogramOf(settings)(sound).values.subarray(0, 64);
    const alone = spectrogramOf({ ...settings, centred: false })(mirrored).values.subarray(0, 64);
    expect(whole).to.deep.equal(alone);
  });
});
