import type { SoakSample } from './plot.js';

/** What a soak may show at most. Wide enough for an allocator's breathing, too narrow for a leak of 15 minutes. */
export const SOAK_BOUNDS = {
  /** Growth of resident memory after the first third, in MiB a minute. */
  memorySlope: 1,
  /** Growth of the highest count from the middle third to the last one. */
  descriptors: 8,
  threads: 2,
} as const;

const MIB = 2 ** 20;

/** What is wrong with a soak, each with its figure and bound; empty is good. */
export function judgeSoak(samples: readonly SoakSample[]): string[] {
  const [, middle, last] = thirds(samples);
  const slope = settledSlope(samples);
  const grown = (count: 'descriptors' | 'threads') =>
    Math.max(...last.map((sample) => sample[count])) - Math.max(...middle.map((sample) => sample[count]));
  const { errors = 0 } = samples.at(-1) ?? {};
  const { memorySlope: slopeBound, descriptors, threads } = SOAK_BOUNDS;
  return [
    slope <= slopeBound
      ? ''
      : `memory: expected at most ${slopeBound} MiB more a minute, received ${slope.toFixed(2)}`,
    grown('descriptors') <= descriptors
      ? ''
      : `descriptors: expected at most ${descriptors} more, received ${grown('descriptors')}`,
    grown('threads') <= threads
      ? ''
      : `threads: expected at most ${threads} more, received ${grown('threads')}`,
    errors === 0 ? '' : `requests: expected no error, received ${errors}`,
  ].filter((problem) => problem !== '');
}

/** The slope of memory once the start is over: after the first third. */
export function settledSlope(samples: readonly SoakSample[]): number {
  const [, ...rest] = thirds(samples);
  return memorySlope(rest.flat());
}

/** Least squares over time, in MiB a minute. */
export function memorySlope(samples: readonly SoakSample[]): number {
  const mean = (pick: (sample: SoakSample) => number) =>
    samples.reduce((sum, sample) => sum + pick(sample), 0) / samples.length;
  const [x, y] = [mean(({ minute }) => minute), mean(({ memoryBytes }) => memoryBytes / MIB)];
  const shared = mean(({ minute, memoryBytes }) => (minute - x) * (memoryBytes / MIB - y));
  return shared / mean(({ minute }) => (minute - x) ** 2);
}

type Samples = readonly SoakSample[];

function thirds(samples: Samples): [first: Samples, middle: Samples, last: Samples] {
  const [a, b] = [1, 2].map((part) => Math.floor((samples.length * part) / 3));
  return [samples.slice(0, a), samples.slice(a, b), samples.slice(b)];
}
