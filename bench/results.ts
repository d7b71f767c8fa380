import { median } from '../src/core/median.js';
import type { MachineFacts } from './machine.js';
import type { Sample } from './measure/child.js';
import { withoutFolders } from './report/without-folders.js';

/** One figure: the values of all rounds, in their order. */
export interface Figure {
  readonly unit: string;
  readonly values: number[];
}

/** What a run of the benchmark measured, under names such as `service fp32/image 640x480/16 callers`. */
export class Results {
  readonly #figures = new Map<string, Figure>();

  /** What could not be measured, and why, each once. */
  readonly failures = new Set<string>();

  add(samples: readonly Sample[]): void {
    for (const { name, unit, value, failure } of samples) {
      if (failure !== undefined) this.failures.add(`${name}: ${failure}`);
      const figure = this.#figures.get(name) ?? { unit, values: [] };
      figure.values.push(value);
      this.#figures.set(name, figure);
    }
  }

  /** The median of a figure; NaN if it was not measured. */
  median(name: string): number {
    return median(this.values(name));
  }

  /** The values of all rounds, in their order; none if it was not measured. */
  values(name: string): readonly number[] {
    return this.#figures.get(name)?.values ?? [];
  }

  /**
   * One figure ÷ another, round by round: what a round measures lies minutes apart at most, and a machine that others
   * share may be another one an hour later. Empty if either was not measured.
   */
  ratios(name: string, by: string): number[] {
    const divisors = this.values(by);
    return this.values(name)
      .slice(0, divisors.length)
      .map((value, round) => value / (divisors[round] ?? NaN));
  }

  /** The highest of the figures that match, round by round. */
  highest(pattern: RegExp): number[] {
    const rows = this.names(pattern).map((name) => this.values(name));
    const rounds = Math.max(0, ...rows.map(({ length }) => length));
    return Array.from({ length: rounds }, (_, round) => Math.max(...rows.map((row) => row[round] ?? NaN)));
  }

  unit(name: string): string {
    return this.#figures.get(name)?.unit ?? '';
  }

  /** Names that match, in the order they were first measured. */
  names(pattern: RegExp): string[] {
    return [...this.#figures.keys()].filter((name) => pattern.test(name));
  }

  /** The name of the best of the figures that match, by the median; empty if none was measured. */
  bestName(pattern: RegExp): string {
    const names = this.names(pattern);
    return names.reduce(
      (best, name) => (this.median(name) > this.median(best) ? name : best),
      names[0] ?? '',
    );
  }

  /** The best of the figures that match, by the median; NaN if none was measured. */
  best(pattern: RegExp): number {
    return this.median(this.bestName(pattern));
  }

  /** The settings are told without the folders of this machine. */
  toJson(machine: MachineFacts, settings: object): string {
    const figures = Object.fromEntries(
      [...this.#figures].map(([name, { unit, values }]) => [
        name,
        { unit, median: round(median(values), unit), values: values.map((value) => round(value, unit)) },
      ]),
    );
    const pathless = (_: string, value: unknown) =>
      typeof value === 'string' ? withoutFolders(value) : value;
    const told = JSON.parse(JSON.stringify(settings, pathless)) as object;
    return `${JSON.stringify({ machine, settings: told, failures: [...this.failures], figures }, null, 1)}\n`;
  }
}

/** Four digits are more than a clock gives; what has no unit may be a cosine, which has as many as a float32. */
function round(value: number, unit: string): number {
  return Number(value.toPrecision(unit === '' ? 7 : 4));
}
