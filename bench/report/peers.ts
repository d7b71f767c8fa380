import type { MachineFacts } from '../machine.js';
import type { Field } from '../peers/contestants.js';
import { REFERENCE } from '../peers/contestants.js';
import { CALLERS, KINDS, QUERY } from '../peers/loads.js';
import type { Plan } from '../plan.js';
import type { Results } from '../results.js';
import { drawBarChart } from './bar-chart.js';
import { spreadOf } from '../statistics.js';
import { callersName } from './plots.js';
import { describeRun, renderFailures, toMarkdown } from './tables.js';
import type { Row } from './tables.js';

const LOADS = Object.entries(KINDS).flatMap(([kind, items]) =>
  CALLERS.map((callers) => ({ head: `${items}, ${callers}`, figure: `${kind}/${callers} callers` })),
);
const LOAD_HEADS = LOADS.map(({ head }) => head);

/** All figures of a run against peers as Markdown. */
export function renderPeers(
  results: Results,
  machine: MachineFacts,
  settings: Pick<Plan, 'rounds'> & { readonly model: string },
  { contestants, leftOut }: Field,
): string {
  const names = contestants.map(({ name }) => name);
  const figures = (suffixes: readonly string[]) =>
    names.map((name): Row => [name, suffixes.map((suffix) => results.median(`${name}/${suffix}`))]);
  const loads = LOADS.map(({ figure }) => figure);
  const query = ['idle p50', 'idle p95', 'p50', 'p95', 'import'].map((each) => `queries/${QUERY}/${each}`);
  const memory = ['ready', 'memory at rest', 'memory under load', 'memory at its peak'];
  return [
    ...describeRun(machine, settings),
    ...renderFailures(results),
    ...contestants.filter(({ versions }) => versions).map(({ name, versions }) => `${name}: ${versions}.`),
    ...leftOut.map(({ name, reason }) => `**Left out**: ${name}, because ${reason}`),
    '',
    ...toMarkdown('Items a second, by callers', LOAD_HEADS, [...figures(loads), ...aloneRows(results)]),
    ...toMarkdown(
      `${REFERENCE} ÷ each, items a second: median of the rounds, each by itself, and what they lie between`,
      LOAD_HEADS,
      ratioRows(results, names),
    ),
    ...toMarkdown('p95 in milliseconds', LOAD_HEADS, figures(loads.map((load) => `${load}/p95`))),
    ...toMarkdown(
      'A text query, idle and beside an import of single images by 16 callers: milliseconds',
      ['idle p50', 'idle p95', 'beside p50', 'beside p95', 'import, images a second'],
      figures(query),
    ),
    ...toMarkdown(
      'Start in milliseconds, memory in MiB',
      ['process start to ready', 'at rest', 'under load', 'at its peak'],
      figures(memory),
    ),
    ...toMarkdown(`Vectors of the same items against ${REFERENCE}'s`, ...agreement(results, names)),
  ].join('\n');
}

/** ONNX Runtime with nothing around it: one item at a time beside one caller, the best batch beside the most. */
function aloneRows(results: Results): Row[] {
  if (results.names(/^raw\//).length === 0) return [];
  const columns = ['raw/image', 'raw/text 12'].flatMap((raw) => [
    results.median(`${raw}/batch 1`),
    NaN,
    results.best(new RegExp(`^${raw}/`)),
  ]);
  return [['ONNX Runtime alone, batch 1 and best batch', columns]];
}

function ratioRows(results: Results, names: readonly string[]): Row[] {
  if (!names.includes(REFERENCE)) return [];
  const others = names.filter((name) => name !== REFERENCE);
  return others.map((name) => [
    name,
    LOADS.map(({ figure }) => spreadOf(results.ratios(`${REFERENCE}/${figure}`, `${name}/${figure}`))),
  ]);
}

/** The heads, rows and digits of the table of agreement: a cosine needs more digits than a rate. */
function agreement(results: Results, names: readonly string[]): [string[], Row[], number] {
  const columns = Object.entries(KINDS).flatMap(([kind, items]) =>
    ['mean cosine', 'least cosine', 'length ratio'].map((what) => ({
      head: `${items}: ${what}`,
      kind,
      what,
    })),
  );
  const rows = names
    .filter((name) => name !== REFERENCE)
    .map((name): Row => [
      name,
      columns.map(({ kind, what }) => results.median(`${name}/agreement/${kind}/${what}`)),
    ]);
  return [columns.map(({ head }) => head), rows, 6];
}

const TITLES = { 'image 640x480': '640 × 480 images', 'text 12': 'texts of 12 tokens' };

/** A plot for each kind of items. */
export function drawPeers(results: Results, { contestants }: Field): [name: string, svg: string][] {
  const names = contestants.map(({ name }) => name);
  const raw = { 'image 640x480': /^raw\/image\//, 'text 12': /^raw\/text 12\// };
  return (['image 640x480', 'text 12'] as const).map((kind) => {
    const alone = results.best(raw[kind]);
    const chart = {
      title: `${TITLES[kind]} over HTTP`,
      unit: `${KINDS[kind]} a second`,
      series: names,
      groups: CALLERS.map((callers) => ({
        name: callersName(callers),
        bars: names.map((name) => spreadOf(results.values(`${name}/${kind}/${callers} callers`))),
      })),
      ...(Number.isFinite(alone) ? { line: { name: 'ONNX Runtime alone, best batch', value: alone } } : {}),
    };
    return [KINDS[kind], drawBarChart(chart)];
  });
}
