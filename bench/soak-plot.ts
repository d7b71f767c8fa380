/** The state of the service at one moment of a soak. */
export interface SoakSample {
  readonly minute: number;
  readonly memoryBytes: number;
  readonly descriptors: number;
  readonly threads: number;
  readonly lagMs: number;
  readonly answered: number;
  readonly errors: number;
}

const MIB = 2 ** 20;
const [WIDTH, HEIGHT, MARGIN] = [720, 240, 48];

/** A soak as a Markdown table, with the slope of memory after its first third, and as a plot of memory over time. */
export function renderSoak(samples: readonly SoakSample[]): { table: string; svg: string } {
  const step = Math.max(1, Math.floor(samples.length / 15));
  const rows = samples
    .filter((_, at) => at % step === 0 || at === samples.length - 1)
    .map(
      ({ minute, memoryBytes, descriptors, threads, lagMs, answered, errors }) =>
        `| ${minute.toFixed(1)} | ${(memoryBytes / MIB).toFixed(0)} | ${descriptors} | ${threads} | ${lagMs.toFixed(1)} | ${answered} | ${errors} |`,
    );
  const slope = memorySlope(samples.slice(Math.floor(samples.length / 3)));
  const table = [
    '| minute | memory, MiB | descriptors | threads | event loop p99, ms | answered | errors |',
    '|--:|--:|--:|--:|--:|--:|--:|',
    ...rows,
    '',
    `Memory after the first third: ${slope.toFixed(2)} MiB a minute.`,
    '',
  ].join('\n');
  return { table, svg: plot(samples) };
}

/** Least squares over time, in MiB a minute. */
export function memorySlope(samples: readonly SoakSample[]): number {
  const mean = (pick: (sample: SoakSample) => number) =>
    samples.reduce((sum, sample) => sum + pick(sample), 0) / samples.length;
  const [x, y] = [mean(({ minute }) => minute), mean(({ memoryBytes }) => memoryBytes / MIB)];
  const shared = mean(({ minute, memoryBytes }) => (minute - x) * (memoryBytes / MIB - y));
  return shared / mean(({ minute }) => (minute - x) ** 2);
}

function plot(samples: readonly SoakSample[]): string {
  const lastMinute = samples.at(-1)?.minute ?? 1;
  const top = Math.max(...samples.map(({ memoryBytes }) => memoryBytes)) * 1.1;
  const points = samples.map(({ minute, memoryBytes }) => {
    const x = MARGIN + (minute / lastMinute) * (WIDTH - 2 * MARGIN);
    const y = HEIGHT - MARGIN - (memoryBytes / top) * (HEIGHT - 2 * MARGIN);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const [bottom, right] = [HEIGHT - MARGIN, WIDTH - MARGIN];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<path d="M${MARGIN} ${MARGIN}V${bottom}H${right}" fill="none" stroke="#888"/>
<polyline points="${points.join(' ')}" fill="none" stroke="#06c" stroke-width="2"/>
<text x="${MARGIN}" y="${MARGIN - 12}">resident memory, up to ${(top / MIB).toFixed(0)} MiB</text>
<text x="${right}" y="${bottom + 20}" text-anchor="end">${lastMinute.toFixed(0)} minutes</text>
</svg>
`;
}
