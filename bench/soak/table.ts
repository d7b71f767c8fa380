import type { MachineFacts } from '../machine.js';
import { describeMachineAndRevision } from '../report/tables.js';
import { SOAK_BOUNDS, judgeSoak, settledSlope } from './judge.js';
import { SOAK_LOAD } from './load.js';
import type { SoakSample } from './plot.js';

const MIB = 2 ** 20;
const ROWS = 15;

/** What a soak must be read with. */
export interface SoakFacts {
  readonly machine: MachineFacts;
  readonly model: string;
  readonly callers: number;
}

/** A soak as Markdown: what ran where, the verdict, and a table of its course. */
export function renderSoak(samples: readonly SoakSample[], { machine, model, callers }: SoakFacts): string {
  const problems = judgeSoak(samples);
  const { minute = 0, answered = 0, errors = 0 } = samples.at(-1) ?? {};
  const { memorySlope, descriptors, threads } = SOAK_BOUNDS;
  const { slope, standardError } = settledSlope(samples);
  return [
    `${model}, ${Number(minute.toFixed(1))} minutes, ${callers} ${callers === 1 ? 'caller' : 'callers'}: ${SOAK_LOAD}.`,
    '',
    ...describeMachineAndRevision(machine),
    problems.length === 0 ? '**Passed**' : `**Failed**: ${problems.join('; ')}`,
    '',
    `${answered} requests answered as they should be, ${errors} not. Memory after the first third: ` +
      `${slope.toFixed(2)} ± ${standardError.toFixed(2)} MiB a minute (at most ${memorySlope}, but for chance: twice the standard error). Let grow from the middle third to the last: ` +
      `${descriptors} descriptors, ${threads} threads.`,
    '',
    renderCourse(samples),
  ].join('\n');
}

function renderCourse(samples: readonly SoakSample[]): string {
  const step = Math.max(1, Math.floor(samples.length / ROWS));
  const rows = samples
    .filter((_, at) => at % step === 0 || at === samples.length - 1)
    .map(
      ({ minute, memoryBytes, descriptors, threads, lagMs, answered, errors }) =>
        `| ${minute.toFixed(1)} | ${(memoryBytes / MIB).toFixed(0)} | ${descriptors} | ${threads} | ${lagMs.toFixed(1)} | ${answered} | ${errors} |`,
    );
  return [
    '| minute | memory, MiB | descriptors | threads | event loop p99, ms | answered | errors |',
    '|--:|--:|--:|--:|--:|--:|--:|',
    ...rows,
    '',
  ].join('\n');
}
