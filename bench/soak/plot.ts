import { closeRange, niceCeiling } from '../report/scale.js';

/** The state of the service at one moment of a soak. */
export interface SoakSample {
  readonly minute: number;
  readonly memoryBytes: number;
  readonly descriptors: number;
  readonly threads: number;
  readonly lagMs: number;
  /** Answers as expected since the start, and all others. */
  readonly answered: number;
  readonly errors: number;
}

interface Panel {
  readonly title: string;
  /** One line for each; the second is for what should not be there. */
  readonly series: readonly (readonly number[])[];
  /** What the axis goes from and to; from 0 to a round number if absent. */
  readonly range?: readonly [low: number, high: number];
}

const MIB = 2 ** 20;
/** MiB that the axis of memory spans at least: below, an allocator's breathing would look like a slope. */
const LEAST_MEMORY_SPAN = 16;
const [WIDTH, PANEL_HEIGHT, FOOT] = [720, 120, 28];
const PLOT = { left: 56, right: WIDTH - 16, top: 28, bottom: PANEL_HEIGHT - 8 };
/** Told apart with the common forms of colour blindness too (Okabe and Ito, 2008). */
const COLOURS = ['#0072b2', '#d55e00'];

/**
 * A soak as an SVG document of five plots over one axis of minutes: memory, descriptors, threads, event-loop delay, and
 * requests a second, with errors as a second line. A dashed line is where the first third ends.
 */
export function drawSoak(samples: readonly SoakSample[]): string {
  const lastMinute = samples.at(-1)?.minute ?? 1;
  const toX = (minute: number) => PLOT.left + (minute / lastMinute) * (PLOT.right - PLOT.left);
  const xs = samples.map(({ minute }) => toX(minute));
  const panels = panelsOf(samples);
  const height = panels.length * PANEL_HEIGHT + FOOT;
  const third = samples[Math.floor(samples.length / 3)]?.minute ?? 0;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" role="img">`,
    '<title>A soak: memory, descriptors, threads, event-loop delay and requests over time</title>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...panels.map((panel, at) => drawPanel(panel, at * PANEL_HEIGHT, xs)),
    `<path d="M${toX(third).toFixed(1)} ${PLOT.top}V${height - FOOT}" stroke="#999" stroke-dasharray="4 4"/>`,
    `<text x="${PLOT.left}" y="${height - 8}">0</text>`,
    `<text x="${PLOT.right}" y="${height - 8}" text-anchor="end">${round(lastMinute)} minutes</text>`,
    '</svg>\n',
  ].join('\n');
}

function panelsOf(samples: readonly SoakSample[]): Panel[] {
  const memory = samples.map(({ memoryBytes }) => memoryBytes / MIB);
  return [
    {
      title: 'resident memory, MiB; the axis does not begin at 0',
      series: [memory],
      range: closeRange(memory, LEAST_MEMORY_SPAN),
    },
    { title: 'descriptors', series: [samples.map(({ descriptors }) => descriptors)] },
    { title: 'threads', series: [samples.map(({ threads }) => threads)] },
    { title: 'event-loop delay p99, ms', series: [samples.map(({ lagMs }) => lagMs)] },
    {
      title: 'requests a second, and errors',
      series: [perSecond(samples, 'answered'), perSecond(samples, 'errors')],
    },
  ];
}

/** The rate between each sample and the one before; the soak begins with none. */
function perSecond(samples: readonly SoakSample[], count: 'answered' | 'errors'): number[] {
  return samples.map((sample, at) => {
    const before = samples[at - 1] ?? { minute: 0, answered: 0, errors: 0 };
    return (sample[count] - before[count]) / ((sample.minute - before.minute) * 60);
  });
}

function drawPanel({ title, series, range }: Panel, top: number, xs: readonly number[]): string {
  const [low, high] = range ?? [0, niceCeiling(Math.max(...series.flat()))];
  const bottom = top + PLOT.bottom;
  const toY = (value: number) => bottom - ((value - low) / (high - low)) * (PLOT.bottom - PLOT.top);
  const lines = series.map((values, at) => {
    const points = values.map((value, index) => `${xs[index]?.toFixed(1)},${toY(value).toFixed(1)}`);
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${COLOURS[at]}" stroke-width="1.5"/>`;
  });
  return [
    `<text x="${PLOT.left}" y="${top + PLOT.top - 10}">${title}</text>`,
    ...[low, high].map(
      (value) =>
        `<path d="M${PLOT.left} ${toY(value)}H${PLOT.right}" stroke="#ddd"/>` +
        `<text x="${PLOT.left - 6}" y="${toY(value) + 4}" text-anchor="end">${round(value)}</text>`,
    ),
    ...lines,
  ].join('\n');
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
