import { expect } from 'chai';
import { clipFrames } from '../../../src/towers/video/clips.js';
import type { VideoClips } from '../../../src/towers/video/clips.js';
import type { FrameTimes } from '../../../src/towers/video/frame-times.js';

const timesOf = (
  count: number,
  lasts: number,
  perSecond: number,
  shift = (tick: number) => tick,
): FrameTimes => ({
  timeBase: [1, perSecond],
  ...{ width: 4, height: 4 },
  ticks: Array.from({ length: count }, (_, at) => shift(at * lasts)),
  lastTicks: lasts,
  areStated: true,
});
const clips = (policy: VideoClips['policy'], count = 5): VideoClips => ({ count, seconds: 2, policy });

/** 140 frames at 30 a second: four seconds and two thirds, of which two and two thirds are spare. */
const LANDSCAPE = timesOf(140, 512, 15_360);

describe('clipFrames', () => {
  it('places clips as Weaviate does: fifths of what is spare, in exact fractions of the time base', () => {
    // 80 frames are spare: 16 in each fifth. In doubles the second clip begins at 17.
    expect(clipFrames(LANDSCAPE, clips('weaviate'), true)).to.deep.equal(
      [0, 16, 32, 48, 64].map((first) => [first, first + 59]),
    );
  });

  it("places clips as Meta does: to the end, by the reference's doubles times the rate", () => {
    // 20 frames in each fourth; but 30 times a third of a second is a little more than 20 in doubles.
    expect(clipFrames(LANDSCAPE, clips('meta'), true)).to.deep.equal([
      [0, 59],
      [21, 80],
      [41, 99],
      [60, 119],
      [81, 139],
    ]);
  });

  it("takes the last frame's time for the end, where the container does not tell it, for Weaviate alone", () => {
    const webm = timesOf(83, 40, 1000);
    expect(clipFrames(webm, clips('weaviate'), false).at(-1)).to.deep.equal([26, 75]);
    expect(clipFrames(webm, clips('weaviate'), true).at(-1)).to.deep.equal([27, 76]);
    expect(clipFrames(webm, clips('meta'), false).at(-1)).to.deep.equal([33, 82]);
  });

  it('knows the usual rates where times are whole milliseconds', () => {
    const ntsc = timesOf(300, 1001 / 30, 1000, Math.round);
    const exact = timesOf(300, 1001, 30_000);
    expect(clipFrames(ntsc, clips('meta'), true)).to.deep.equal(clipFrames(exact, clips('meta'), true));
  });

  it('is all of a video that is shorter than a clip, and one frame of a picture', () => {
    for (const policy of ['meta', 'weaviate'] as const) {
      expect(clipFrames(timesOf(20, 1, 25), clips(policy), true)).to.deep.equal(Array(5).fill([0, 19]));
      expect(clipFrames(timesOf(1, 1, 25), clips(policy), true)).to.deep.equal(Array(5).fill([0, 0]));
      expect(clipFrames(timesOf(1, 0, 25), clips(policy, 1), false)).to.deep.equal([[0, 0]]);
    }
  });

  it('takes the frame that stays, where none begins within a clip', () => {
    const slides: FrameTimes = {
      timeBase: [1, 1],
      width: 4,
      height: 4,
      ticks: [0, 20, 40],
      lastTicks: 20,
      areStated: true,
    };
    const pairs = clipFrames(slides, clips('weaviate'), true);
    expect(pairs[0]).to.deep.equal([0, 0]);
    expect(pairs.flat().every((frame) => frame >= 0 && frame < 3)).to.equal(true);
    expect(pairs.map(([first]) => first)).to.deep.equal([0, 0, 1, 1, 2]);
  });
});
