import type { SoakSample } from './plot.js';

/** What a soak may show at most. Wide enough for an allocator's breathing, too narrow for a leak of 15 minutes. */
export const SOAK_BOUNDS = {
  /** Growth of resident memory after the first third, in MiB a minute, beyond what chance explains. */
  memorySlope: 1,
  /** Growth of the highest count from the middle third to the last one. */
  descriptors: 8,
  threads: 2,
} as const;

const MIB = 2 ** 20;

/** A slope counts as growth by what is left of it after so many standard errors: memory breathes by tens of MiB. */
const STANDARD_ERRORS = 2;

/** What is wrong with a soak, each with its figure and bound; empty is good. */
export function judgeSoak(samples: readonly SoakSample[]): string[] {
  const [, middle, last] = thirds(samples);
  const { slope, standardError } = settledSlope(samples);
  const grown = (count: 'descriptors' | 'threads') =>
    Math.max(...last.map((sample) => sample[count])) - Math.max(...middle.map((sample) => sample[count]));
  const { errors = 0 } = samples.at(-1) ?? {};
  const { memorySlope: slopeBound, descriptors, threads } = SOAK_BOUNDS;
  return [
    slope - STANDARD_ERRORS * standardError <= slopeBound
      ? ''
      : `memory: expected at most ${slopeBound} MiB more a minute, received ${slope.toFixed(2)} ± ${standardError.toFixed(2)}`,
    grown('descriptors') <= descriptors
      ? ''
      : `descriptors: expected at most ${descriptors} more, received ${grown('descriptors')}`,
    grown('threads') <= threads
      ? ''
      : `threads: expected at most ${threads} more, received ${grown('threads')}`,
    errors === 0 ? '' : `requests: expected no error, received ${errors}`,
  ].filter((problem) => problem !== '');
}

/** The slope of a line through memory, and how far off it is by chance, in MiB a minute. */
export interface MemorySlope {
  readonly slope: number;
  readonly standardError: number;
}

/** The slope of memory once the start is over: after the first third. */
export function settledSlope(samples: readonly SoakSample[]): MemorySlope {
  const [, ...rest] = thirds(samples);
  return memorySlope(rest.flat());
}

/** Least squares over time; no standard error of fewer than three samples. */
export function memorySlope(samples: readonly SoakSample[]): MemorySlope {
  const sum = (pick: (sample: SoakSample) => number) =>
    samples.reduce((total, sample) => total + pick(sample), 0);
  const minutes = ({ minute }: SoakSample) => minute;
  const mebibytes = ({ memoryBytes }: SoakSample) => memoryBytes / MIB;
  const [x, y] = [sum(minutes) / samples.length, sum(mebibytes) / samples.length];
  const width = sum((sample) => (minutes(sample) - x) ** 2);
  const slope = sum((sample) => (minutes(sample) - x) * (mebibytes(sample) - y)) / width;
  const left = sum((sample) => (mebibytes(sample) - y - slope * (minutes(sample) - x)) ** 2);
  const standardError = samples.length < 3 ? 0 : Math.sqrt(left / (samples.length - 2) / width);
  return { slope, standardError };
}

type Samples = readonly SoakSample[];

function thirds(samples: Samples): [first: Samples, middle: Samples, last: Samples] {
  const [a, b] = [1, 2].map((part) => Math.floor((samples.length * part) / 3));
  return [samples.slice(0, a), samples.slice(a, b), samples.slice(b)];
}
