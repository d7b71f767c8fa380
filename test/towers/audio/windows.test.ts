import { expect } from 'chai';
import { windowsOf } from '../../../src/towers/audio/windows.js';

const windows = (length: number, changed: object = {}) => {
  const sound = Float32Array.from({ length }, (_, at) => at + 1);
  const settings = { kind: 'windows', samples: 10, short: 'whole-repeats', most: 4, ...changed } as const;
  return windowsOf(sound, settings).map((window) => [...window]);
};

describe('windowsOf', () => {
  it('is one window of a sound that is no longer, repeated whole times, to the end, or not at all', () => {
    expect(windows(4)).to.deep.equal([[1, 2, 3, 4, 1, 2, 3, 4, 0, 0]]);
    expect(windows(4, { short: 'repeats' })).to.deep.equal([[1, 2, 3, 4, 1, 2, 3, 4, 1, 2]]);
    expect(windows(4, { short: 'zeros' })).to.deep.equal([[1, 2, 3, 4, 0, 0, 0, 0, 0, 0]]);
    expect(windows(10)).to.deep.equal([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]);
    expect(windows(6)).to.deep.equal([[1, 2, 3, 4, 5, 6, 0, 0, 0, 0]]);
  });

  it('is as many of a longer one as it takes to hear all of it, the last at its end', () => {
    const starts = (length: number, changed = {}) => windows(length, changed).map(([first]) => first! - 1);
    expect(starts(11)).to.deep.equal([0, 1]);
    expect(starts(25)).to.deep.equal([0, 8, 15]);
    expect(starts(40)).to.deep.equal([0, 10, 20, 30]);
  });

  it('is no more than the settings allow, evenly spread; a single one from the middle', () => {
    const starts = (most: number) => windows(100, { most }).map(([first]) => first! - 1);
    expect(starts(4)).to.deep.equal([0, 30, 60, 90]);
    expect(starts(1)).to.deep.equal([45]);
  });
});
