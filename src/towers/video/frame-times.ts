/** When the frames of a video are shown, by its container. */
export interface FrameTimes {
  /** A tick of the times is `timeBase[0] / timeBase[1]` seconds. */
  readonly timeBase: readonly [number, number];
  readonly width: number;
  readonly height: number;
  /** Of each frame in the order in which they are shown, in ticks from the first. */
  readonly ticks: readonly number[];
  /** How long the last one is shown, in ticks. */
  readonly lastTicks: number;
  /** Whether the container says when each is shown; otherwise the times are those at which one after the other is decoded. */
  readonly areStated: boolean;
}

/**
 * Frames that are never shown, such as those before an edit's start, have times before 0; those without a time have this, as
 * some of AVI's have.
 */
const NO_TIME = -(2 ** 63);

/**
 * The times in what ffmpeg's muxer `framecrc` writes of packets as they lie in the file: a header line for the time base and one
 * for the size, then `stream, decoded at, shown at, lasts, bytes, checksum` of each.
 * @returns Nothing where there is no frame with a time, or no size.
 */
export function parseFrameTimes(text: string): FrameTimes | undefined {
  const [, numerator = '', denominator = ''] = /^#tb 0: (\d+)\/(\d+)$/m.exec(text) ?? [];
  const [, width = '', height = ''] = /^#dimensions 0: (\d+)x(\d+)$/m.exec(text) ?? [];
  const packets = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(',').map(Number));
  const areStated = packets.every(([, , shownAt]) => shownAt !== NO_TIME);
  // As many frames are shown as are decoded, one after the other, whichever comes first.
  const shown = packets
    .map(([, decodedAt, shownAt, lasts = 0]) => ({ at: (areStated ? shownAt : decodedAt) ?? NO_TIME, lasts }))
    .filter(({ at }) => Number.isFinite(at) && at >= 0)
    .sort((a, b) => a.at - b.at);
  const [first, last] = [shown[0], shown.at(-1)];
  if (!first || !last || Number(width) === 0 || Number(denominator) === 0) return undefined;
  return {
    timeBase: [Number(numerator), Number(denominator)],
    width: Number(width),
    height: Number(height),
    ticks: shown.map(({ at }) => at - first.at),
    lastTicks: Number.isFinite(last.lasts) ? Math.max(0, last.lasts) : 0,
    areStated,
  };
}

/** Seconds from the first frame to the end of the last. */
export function secondsOf({ timeBase: [numerator, denominator], ticks, lastTicks }: FrameTimes): number {
  return ((ticks.at(-1)! + lastTicks) * numerator) / denominator;
}
