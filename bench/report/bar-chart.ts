import type { Spread } from '../statistics.js';
import { niceCeiling } from './scale.js';

/** A bar as high as the median, with a whisker from the least to the most of the rounds. */
export interface Bar extends Spread {
  /** What this bar is to reach, or not to exceed. */
  readonly goal?: number;
}

export interface BarChart {
  readonly title: string;
  readonly unit: string;
  /** Names of the bars of a group, as in the legend. */
  readonly series: readonly string[];
  readonly groups: readonly { readonly name: string; readonly bars: readonly Bar[] }[];
  /** What the goals of the bars are. */
  readonly goals?: string;
  /** A line across, which is no goal: the model alone. */
  readonly line?: { readonly name: string; readonly value: number };
}

const WIDTH = 720;
const HEIGHT = 320;
const PLOT = { left: 56, top: 64, right: 704, bottom: 272 };
/** Told apart with the common forms of colour blindness too (Okabe and Ito, 2008). */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9'];
const GOAL = '#d55e00';
/** Above the highest mark, for the labels. */
const HEADROOM = 1.06;
const LABEL_HEIGHT = 10;

/** Bars in groups as an SVG document, with its own light background. Medians that are not finite have no bar. */
export function drawBarChart(chart: BarChart): string {
  const top = niceCeiling(HEADROOM * Math.max(...marksOf(chart)));
  const toY = (value: number) => PLOT.bottom - (value / top) * (PLOT.bottom - PLOT.top);
  const groupWidth = (PLOT.right - PLOT.left) / chart.groups.length;
  const legend = chart.goals ?? chart.line?.name;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escape(chart.title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(PLOT.left, 22, `${chart.title} (${chart.unit})`, 'font-size="15"'),
    ...chart.series.map((name, at) => drawLegend(name, at)),
    legend ? text(PLOT.right, 43, `– – ${legend}`, `text-anchor="end" fill="${GOAL}"`) : '',
    ...[0, 0.25, 0.5, 0.75, 1].map((part) => drawGridLine(part * top, toY)),
    chart.line ? dashes(PLOT.left, PLOT.right, toY(chart.line.value)) : '',
    ...chart.groups.flatMap(({ name, bars }, at) => {
      const left = PLOT.left + at * groupWidth;
      return [
        ...drawBars(bars, left, groupWidth, toY, chart.line?.value),
        text(left + groupWidth / 2, PLOT.bottom + 18, name, 'text-anchor="middle"'),
      ];
    }),
    '</svg>\n',
  ].join('\n');
}

/** All that has to find room: bars with their whiskers, goals, the line. */
function marksOf({ groups, line }: BarChart): number[] {
  const bars = groups.flatMap(({ bars }) => bars.flatMap(({ most, goal }) => [most, goal ?? 0]));
  return [...bars.filter(Number.isFinite), line?.value ?? 0];
}

function drawBars(
  bars: readonly Bar[],
  left: number,
  width: number,
  toY: (value: number) => number,
  line: number | undefined,
): string[] {
  const barWidth = (width * 0.8) / bars.length;
  return bars.map(({ median, least, most, goal }, at) => {
    if (!Number.isFinite(median)) return '';
    const x = left + width * 0.1 + at * barWidth;
    const middle = x + barWidth / 2 - 1;
    const y = toY(median);
    const lines = [goal, line].flatMap((value) => (value === undefined ? [] : [toY(value)]));
    return [
      `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${(barWidth - 2).toFixed(1)}" height="${(PLOT.bottom - y).toFixed(1)}" fill="${COLOURS[at % COLOURS.length]}"/>`,
      most > least ? drawWhisker(middle, toY(least), toY(most)) : '',
      goal === undefined ? '' : dashes(x - 3, x + barWidth + 1, toY(goal)),
      text(middle, labelY(toY(most), lines), shorten(median), 'text-anchor="middle" font-size="10"'),
    ].join('\n');
  });
}

function drawWhisker(x: number, bottom: number, top: number): string {
  const end = (y: number) => `M${(x - 3).toFixed(1)} ${y.toFixed(1)}h6`;
  return `<path d="${end(bottom)}${end(top)}M${x.toFixed(1)} ${bottom.toFixed(1)}V${top.toFixed(1)}" stroke="#333"/>`;
}

/** Above the bar, and above any line that would go through the label there. */
function labelY(top: number, lines: readonly number[]): number {
  const sorted = [...lines].sort((a, b) => b - a);
  return sorted.reduce((y, line) => (line > y - LABEL_HEIGHT && line < y + 3 ? line - 4 : y), top - 4);
}

function drawLegend(name: string, at: number): string {
  const x = PLOT.left + at * 110;
  return `<rect x="${x}" y="34" width="10" height="10" fill="${COLOURS[at % COLOURS.length]}"/>${text(x + 15, 43, name)}`;
}

function drawGridLine(value: number, toY: (value: number) => number): string {
  const y = toY(value).toFixed(1);
  return (
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" stroke="#ddd"/>` +
    text(PLOT.left - 6, Number(y) + 4, shorten(value), 'text-anchor="end"')
  );
}

function dashes(left: number, right: number, y: number): string {
  return `<path d="M${left.toFixed(1)} ${y.toFixed(1)}H${right.toFixed(1)}" stroke="${GOAL}" stroke-width="1.5" stroke-dasharray="5 3"/>`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function shorten(value: number): string {
  return String(Number(value.toPrecision(value >= 100 ? 3 : 2)));
}
