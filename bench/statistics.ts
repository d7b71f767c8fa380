import { median } from '../src/core/median.js';

/** What the rounds of a figure came to. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The spread of the values that are numbers; NaN throughout if none is. */
export function spreadOf(values: readonly number[]): Spread {
  const numbers = values.filter(Number.isFinite);
  if (numbers.length === 0) return { median: NaN, least: NaN, most: NaN };
  return { median: median(numbers), least: Math.min(...numbers), most: Math.max(...numbers) };
}

/** The smallest value that so many per cent of all do not exceed (nearest rank). NaN of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN;
}
