import { settledSlope } from './soak-judge.js';
import type { SoakSample } from './soak-plot.js';

const MIB = 2 ** 20;
const ROWS = 15;

/** A soak as a Markdown table, and below it the slope of memory after the first third. */
export function renderSoakTable(samples: readonly SoakSample[]): string {
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
    `Memory after the first third: ${settledSlope(samples).toFixed(2)} MiB a minute.`,
    '',
  ].join('\n');
}
