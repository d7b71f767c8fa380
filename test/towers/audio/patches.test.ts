import { expect } from 'chai';
import { patchesOf } from '../../../src/towers/audio/patches.js';
import { parseAudioSettings } from '../../../src/towers/audio/settings.js';
import type { PatchSettings } from '../../../src/towers/audio/settings.js';
import { readFileSync } from 'node:fs';
import { ROOT } from '../../../src/core/own-module.js';
import type { JsonObject } from '../../../src/models/folder/json-file.js';

const STARTER = JSON.parse(readFileSync(new URL('models/starter/audio.json', ROOT), 'utf8')) as JsonObject;
const { spectrogram, cut } = parseAudioSettings(STARTER);
const patches = cut as PatchSettings;

/** Of each patch of so many samples: their number, the first and the last. */
const patchesOfSome = (length: number, most = patches.most) => {
  const samples = Float32Array.from({ length }, (_, at) => at + 1);
  const found = patchesOf(samples, spectrogram, { ...patches, most });
  return found.map((patch) => [patch.length, patch[0], patch.at(-1)]);
};

describe('patchesOf', () => {
  it('is one patch of 0.975 s for anything up to that, filled up with zeros', () => {
    expect(patchesOfSome(1)).to.deep.equal([[15_600, 1, 0]]);
    expect(patchesOfSome(15_600)).to.deep.equal([[15_600, 1, 15_600]]);
  });

  it('is a further patch for each 0.48 s that is begun', () => {
    expect(patchesOfSome(15_601)).to.deep.equal([
      [15_600, 1, 15_600],
      [15_600, 7681, 0],
    ]);
    expect(patchesOfSome(80_000)).to.have.length(10);
  });

  it('is so many of a longer sound, evenly spread from its first to its last', () => {
    const all = patchesOfSome(16_000 * 60, 1000);
    const some = patchesOfSome(16_000 * 60, 5);
    expect(some).to.deep.equal([0, 31, 62, 92, 123].map((at) => all[at]));
    expect(all).to.have.length(124);
    expect(patchesOfSome(16_000 * 60, 1)).to.deep.equal([all[61]]);
  });
});

describe('parseAudioSettings', () => {
  it('names the setting that is wrong, and what was expected', () => {
    const wrong = (changed: object) => () => parseAudioSettings({ ...STARTER, ...changed });
    const own = STARTER['spectrogram'] as object;
    expect(wrong({ rate: undefined })).to.throw(
      'rate: expected a whole number of 1000 to 384000, received nothing',
    );
    expect(wrong({ spectrogram: { ...own, window: 'hamming' } })).to.throw(
      'spectrogram.window: expected symmetric or periodic, received "hamming"',
    );
    expect(wrong({ spectrogram: { ...own, size: 500 } })).to.throw(
      "spectrogram.size: expected a power of two of at least the frame's 400, received 500",
    );
    expect(wrong({ spectrogram: { ...own, size: 256 } })).to.throw('spectrogram.size');
    expect(wrong({ spectrogram: { ...own, mel: [] } })).to.throw(
      'spectrogram.mel: expected an object, received []',
    );
    expect(wrong({ patches: { frames: 96, hop: 0, most: 4 } })).to.throw(
      'patches.hop: expected a whole number of 1',
    );
  });
});
