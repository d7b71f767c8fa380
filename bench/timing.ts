/** A stretch of time, in milliseconds. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** The time covered by at least one of the intervals, in milliseconds. */
export function unionMs(intervals: readonly Interval[]): number {
  let covered = 0;
  let until = -Infinity;
  for (const { start, end } of [...intervals].sort((a, b) => a.start - b.start)) {
    covered += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return covered;
}
