/** The next of 1, 2, 4, 6, 8 and 10 times a power of ten; 1 for nothing. */
export function niceCeiling(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 6, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}

/** Round bounds close around the values, at least so far apart, for what a scale from 0 would hide. */
export function closeRange(values: readonly number[], leastSpan: number): [low: number, high: number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const step = niceCeiling(Math.max(most - least, leastSpan) / 2);
  const low = Math.floor(least / step) * step;
  return [low, Math.max(Math.ceil(most / step) * step, low + 2 * step)];
}
