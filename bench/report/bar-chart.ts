export interface BarChart {
  readonly title: string;
  readonly unit: string;
  /** Names of the bars of a group, as in the legend. */
  readonly series: readonly string[];
  readonly groups: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** A line across: a goal, or the model alone. */
  readonly line?: { readonly name: string; readonly value: number };
}

const WIDTH = 720;
const HEIGHT = 320;
const PLOT = { left: 56, top: 64, right: 704, bottom: 272 };
/** Told apart with the common forms of colour blindness too (Okabe and Ito, 2008). */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9'];

/** Bars in groups as an SVG document, with its own light background. Values that are not finite have no bar. */
export function drawBarChart(chart: BarChart): string {
  const top = niceCeiling(
    Math.max(...chart.groups.flatMap(({ values }) => values.filter(Number.isFinite)), chart.line?.value ?? 0),
  );
  const toY = (value: number) => PLOT.bottom - (value / top) * (PLOT.bottom - PLOT.top);
  const groupWidth = (PLOT.right - PLOT.left) / chart.groups.length;
  const groups = chart.groups.map((group, at) =>
    drawGroup(group, PLOT.left + at * groupWidth, groupWidth, toY),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escape(chart.title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(PLOT.left, 22, `${chart.title} (${chart.unit})`, 'font-size="15"'),
    ...chart.series.map((name, at) => drawLegend(name, at)),
    ...[0, 0.25, 0.5, 0.75, 1].map((part) => drawGridLine(part * top, toY)),
    ...groups,
    chart.line ? drawLine(chart.line, toY) : '',
    '</svg>\n',
  ].join('\n');
}

function drawGroup(
  { name, values }: BarChart['groups'][number],
  left: number,
  width: number,
  toY: (value: number) => number,
): string {
  const barWidth = (width * 0.8) / values.length;
  const bars = values.map((value, at) => {
    if (!Number.isFinite(value)) return '';
    const x = left + width * 0.1 + at * barWidth;
    const y = toY(value);
    const colour = COLOURS[at % COLOURS.length] ?? '#000';
    return (
      `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${(barWidth - 2).toFixed(1)}" height="${(PLOT.bottom - y).toFixed(1)}" fill="${colour}"/>` +
      text(x + barWidth / 2 - 1, y - 4, shorten(value), 'text-anchor="middle" font-size="10"')
    );
  });
  return [...bars, text(left + width / 2, PLOT.bottom + 18, name, 'text-anchor="middle"')].join('\n');
}

function drawLegend(name: string, at: number): string {
  const x = PLOT.left + at * 150;
  return `<rect x="${x}" y="34" width="10" height="10" fill="${COLOURS[at % COLOURS.length]}"/>${text(x + 15, 43, name)}`;
}

function drawGridLine(value: number, toY: (value: number) => number): string {
  const y = toY(value).toFixed(1);
  return (
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" stroke="#ddd"/>` +
    text(PLOT.left - 6, Number(y) + 4, shorten(value), 'text-anchor="end"')
  );
}

/** Named beside the title, where no bar is. */
function drawLine({ name, value }: NonNullable<BarChart['line']>, toY: (value: number) => number): string {
  const y = toY(value).toFixed(1);
  return (
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" stroke="#d55e00" stroke-dasharray="6 4"/>` +
    text(PLOT.right, 22, `– – ${name}`, 'text-anchor="end" fill="#d55e00"')
  );
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

/** The next of 1, 2, 4, 6, 8 and 10 times a power of ten. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return ([1, 2, 4, 6, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}
