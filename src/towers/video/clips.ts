import type { FrameTimes } from './frame-times.js';

/** Which parts of a video are looked at. */
export interface VideoClips {
  readonly count: number;
  readonly seconds: number;
  /**
   * How they are placed. `meta`: from the start to the end, frames counted by the mean rate, as ImageBind does it. `weaviate`: as
   * if there were one clip more, so that the end is not seen, by the times of the frames, as Weaviate's multi2vec-bind does it.
   */
  readonly policy: 'meta' | 'weaviate';
}

/** The first and the last frame of a clip, counted as they are shown. */
export type FramePair = readonly [first: number, last: number];

/**
 * The frames of each clip. A video shorter than a clip is each of them whole.
 * Sources: facebookresearch/pytorchvideo at 6cdc9293, data/clip_sampling.py and data/encoded_video_decord.py (`meta`); 0.1.5 with
 * data/encoded_video_pyav.py (`weaviate`).
 * @param tellsDuration Whether its container says how long the stream is; otherwise `weaviate` takes the last frame's time for it.
 */
export function clipFrames(times: FrameTimes, clips: VideoClips, tellsDuration: boolean): FramePair[] {
  const place = clips.policy === 'meta' ? byIndex(times, clips) : byTime(times, clips, tellsDuration);
  return Array.from({ length: clips.count }, (_, clip) => place(clip));
}

function byTime(times: FrameTimes, { count, seconds }: VideoClips, tellsDuration: boolean) {
  const [numerator, denominator] = times.timeBase;
  const { ticks } = times;
  const duration = ticks.at(-1)! + (tellsDuration ? times.lastTicks : 0);
  // In whole numbers, as the reference has exact fractions: a double may begin a frame too late.
  const length = seconds * denominator;
  const spare = Math.max(0, duration * numerator - length);
  const unit = count * numerator;
  return (clip: number): FramePair => {
    const start = Math.ceil((spare * clip) / unit);
    const end = Math.ceil((spare * clip + length * count) / unit);
    const first = ticks.findIndex((at) => at >= start);
    const last = ticks.findLastIndex((at) => at < end);
    // Where a frame stays for longer than a clip, it is the one that is seen.
    return first < 0 || last < first ? [Math.max(0, last), Math.max(0, last)] : [first, last];
  };
}

function byIndex(times: FrameTimes, { count, seconds }: VideoClips) {
  const frames = times.ticks.length;
  const rate = meanRate(times);
  const spare = Math.max(0, frames / rate - seconds);
  const indexAt = (numerator: bigint, denominator: bigint) =>
    Math.ceil(rate * toNumber(numerator, denominator));
  return (clip: number): FramePair => {
    // Fractions of the double, turned into a double at the end alone: clips often begin right at a frame.
    const steps = BigInt(Math.max(1, count - 1));
    const start = BigInt(Math.round(spare * SCALE)) * BigInt(clip);
    const end = start + BigInt(seconds) * BigInt(SCALE) * steps;
    const first = Math.min(indexAt(start, steps * BigInt(SCALE)), frames - 1);
    return [first, Math.max(first, Math.min(indexAt(end, steps * BigInt(SCALE)), frames) - 1)];
  };
}

/** A power of two, so that to multiply by it loses nothing: of what is longer than a 256th of a second all digits are before the point. */
const SCALE = 2 ** 60;

/** The quotient as the nearest double: exact where the divisor is a power of two, as with the reference's five clips. */
function toNumber(numerator: bigint, denominator: bigint): number {
  return Number(numerator) / Number(denominator);
}

/** Rates that cameras and broadcasters have; times in milliseconds hide them a little. */
const USUAL_RATES = [24_000 / 1001, 24, 25, 30_000 / 1001, 30, 48, 50, 60_000 / 1001, 60, 100, 120];
const NEAR_RATE = 5e-4;

/** Frames a second on the whole. */
function meanRate({ ticks, lastTicks, timeBase: [numerator, denominator] }: FrameTimes): number {
  const span = ticks.at(-1)!;
  const measured = span > 0 ? (ticks.length - 1) / span : 1 / (lastTicks || denominator);
  const rate = (measured * denominator) / numerator;
  const usual = USUAL_RATES.toSorted((a, b) => Math.abs(a - rate) - Math.abs(b - rate))[0]!;
  return Math.abs(usual - rate) < NEAR_RATE * rate ? usual : rate;
}
