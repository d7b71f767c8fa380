import { expect } from 'chai';
import { clipRowsOf, clipsOf } from '../../../src/towers/audio/clips.js';
import { rowShape } from '../../../src/towers/audio/rows.js';
import { parseAudioSettings } from '../../../src/towers/audio/settings.js';
import { towerSettings } from '../../../src/convert/imagebind/settings.js';
import type { JsonObject } from '../../../src/models/folder/json-file.js';

const settingsOf = (policy: 'weaviate' | 'meta') => {
  const content = towerSettings(policy)['audio']!.content as JsonObject;
  const settings = parseAudioSettings(content);
  if (settings.cut.kind !== 'clips') throw new Error('expected clips');
  return { ...settings, cut: settings.cut, content };
};
const WEAVIATE = settingsOf('weaviate');
const META = settingsOf('meta');
const RATE = 16_000;

describe('clips of a sound', () => {
  const startsOf = (samples: number, { cut }: typeof META) =>
    clipsOf(samples, RATE, cut).map(({ start, end }) => [start, end]);

  it('lie from its start to its end, or leave the end out as multi2vec-bind does', () => {
    expect(startsOf(160_000, META)).to.deep.equal([
      [0, 32_000],
      [64_000, 96_000],
      [128_000, 160_000],
    ]);
    expect(startsOf(160_000, WEAVIATE)).to.deep.equal([
      [0, 32_000],
      [42_666, 74_666],
      [85_333, 117_333],
    ]);
  });

  it('are placed as exact fractions of the length, where doubles would be one sample off', () => {
    // 80,800 samples: 24,399 where 24,400 is half of the rest, as 5.05 is a little less as a double.
    expect(startsOf(80_800, META)).to.deep.equal([
      [0, 32_000],
      [24_399, 56_399],
      [48_799, 80_799],
    ]);
  });

  it('are one for a sound that is no longer than a clip', () => {
    expect(startsOf(11_200, META)).to.deep.equal([[0, 11_200]]);
    expect(startsOf(32_000, WEAVIATE)).to.deep.equal([[0, 32_000]]);
  });

  const told: number[][] = [];
  /** A stand-in with one frame more than a clip has columns; tells what it was given. */
  const spectrogram = (samples: Float32Array) => {
    told.push(Array.from(samples.subarray(0, 2)));
    return { frames: 2, bands: 128, values: Float32Array.from({ length: 256 }, (_, at) => at) };
  };

  it('are scaled rows, band by band, zeros before they are scaled where the sound is too short', () => {
    const samples = new Float32Array(1000);
    const row = clipRowsOf({ samples, first: samples }, META.spectrogram, META.cut, spectrogram);
    expect(row).to.have.length(128 * 204);
    expect(rowShape(META)).to.deep.equal([1, 128, 204]);
    const scaled = (x: number) => Math.fround((x + 4.268) / 9.138);
    expect(Array.from(row.subarray(0, 3))).to.deep.equal([0, 128, 0].map(scaled));
    expect(Array.from(row.subarray(204, 207))).to.deep.equal([1, 129, 0].map(scaled));
  });

  it('lose the mean of all channels, in place: where they overlap the later one begins with what is left', () => {
    told.length = 0;
    const samples = new Float32Array(48_000).fill(1);
    const first = new Float32Array(48_000).fill(3);
    clipRowsOf({ samples, first }, META.spectrogram, META.cut, spectrogram);
    // Starts at 0, 8,000 and 16,000. Of the second clip three quarters are 0 by then: its mean is 1/4, and the third's 5/16.
    expect(told).to.deep.equal([
      [2, 2],
      [1.75, 1.75],
      [1.4375, 1.4375],
    ]);
  });
  it('are taken once from a sound of one channel', () => {
    told.length = 0;
    const samples = new Float32Array(400).fill(1);
    clipRowsOf({ samples, first: samples }, META.spectrogram, META.cut, spectrogram);
    expect(told).to.deep.equal([[0, 0]]);
  });

  it('are refused of a sound that is shorter than a frame', () => {
    const samples = new Float32Array(399);
    expect(() => clipRowsOf({ samples, first: samples }, META.spectrogram, META.cut, spectrogram)).to.throw(
      'expected a sound of at least 400 samples at 16000 Hz (25 ms), received 399',
    );
  });

  it('are settings that are read, and named where they are wrong', () => {
    const wrong = (changed: object) => () =>
      parseAudioSettings({ ...META.content, clips: { ...(META.content['clips'] as object), ...changed } });
    expect(wrong({ std: 0 })).to.throw('clips.std: expected a number above 0, received 0');
    expect(wrong({ mean: '1' })).to.throw('clips.mean: expected a number, received "1"');
    expect(wrong({ reachesEnd: 1 })).to.throw('clips.reachesEnd: expected true or false');
    expect(() => parseAudioSettings({ ...META.content, patches: {} })).to.throw(
      'expected one of patches, windows and clips, received several',
    );
    expect(() => parseAudioSettings({ ...META.content, clips: undefined })).to.throw('received none');
  });
});
