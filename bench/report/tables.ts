import type { MachineFacts } from '../machine.js';
import type { Plan } from '../plan.js';
import type { Results } from '../results.js';
import { judge } from '../targets.js';

/** Figures that share the name of a row: the row's own value, if it has one, and what stands behind its name. */
interface Table {
  readonly title: string;
  readonly rows: RegExp;
  /** Heads of columns, with what is added to the row's name to find the figure. */
  readonly columns: Readonly<Record<string, string>>;
}

const TABLES: readonly Table[] = [
  { title: 'The model alone: items a second', rows: /^raw\/[^/]+\/batch \d+$/, columns: { 'a second': '' } },
  {
    title: 'Each stage alone: milliseconds for one item, on one thread, encoders on all cores',
    rows: /^stage\/.+$/,
    columns: { ms: '' },
  },
  {
    title: 'The service: items a second; latency and event-loop delay in milliseconds',
    rows: /^service .*\/\d+ callers$/,
    columns: { 'a second': '', p50: '/p50', p95: '/p95', 'event loop p99': '/event-loop delay p99' },
  },
  {
    title: 'The service where requests arrive by chance: milliseconds',
    rows: /^service .*\/open loop\/[^/]+(?=\/p50$)/,
    columns: { 'arrivals a second': '/arrivals', p50: '/p50', p95: '/p95', p99: '/p99', refused: '/refused' },
  },
  {
    title: 'Queries beside an import: p95 in milliseconds',
    rows: /^service .*\/queries\/[^/]+(?=\/ratio$)/,
    columns: {
      idle: '/idle p95',
      'beside the import': '/p95',
      ratio: '/ratio',
      'import, items a second': '/import',
    },
  },
  {
    title: 'Start in milliseconds, memory in MiB',
    rows: /^service [^/]+(?=\/ready$)/,
    columns: {
      'process start to ready': '/ready',
      'at rest': '/memory at rest',
      'under load': '/memory under load',
      'at its peak': '/memory at its peak',
    },
  },
];

/** All figures of a run as Markdown, the goals first. */
export function renderTables(
  results: Results,
  machine: MachineFacts,
  settings: Plan & { readonly model: string },
): string {
  return [
    ...describeRun(machine, settings),
    ...renderTargets(results),
    ...TABLES.flatMap((table) => renderTable(table, results)),
  ].join('\n');
}

/** What was measured, and where. */
export function describeRun(
  { cpu, coresAllowed, instructionSets, memoryGiB, system, node, onnxruntime, loadBefore }: MachineFacts,
  { model, rounds }: Pick<Plan, 'rounds'> & { readonly model: string },
): string[] {
  return [
    `${model}, ${rounds} rounds; medians.`,
    '',
    `${cpu}, ${coresAllowed} cores (${instructionSets.join(', ')}), ${memoryGiB} GiB, ${system}, Node ${node}, ` +
      `ONNX Runtime ${onnxruntime}; load average before the run ${loadBefore}.`,
    '',
  ];
}

function renderTargets(results: Results): string[] {
  const rows = judge(results).map(
    ({ what, wanted, found, unit, reached }) =>
      `| ${what} | ${wanted} | ${`${found.toFixed(2)} ${unit}`.trim()} | ${reached ? 'yes' : '**no**'} |`,
  );
  if (rows.length === 0) return [];
  return ['| to reach | wanted | found | reached |', '|---|--:|--:|---|', ...rows, ''];
}

function renderTable({ title, rows, columns }: Table, results: Results): string[] {
  const names = results.names(rows).map((name) => rows.exec(name)?.[0] ?? name);
  return toMarkdown(
    title,
    Object.keys(columns),
    names.map((name) => [name, Object.values(columns).map((suffix) => results.median(name + suffix))]),
  );
}

/** A table of numbers under a heading; nothing without rows. Numbers that are not finite are left empty. */
export function toMarkdown(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly [name: string, values: readonly number[]])[],
  digits = 3,
): string[] {
  if (rows.length === 0) return [];
  const format = (value: number) => (Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : '');
  return [
    `## ${title}`,
    '',
    `| | ${heads.join(' | ')} |`,
    `|---|${heads.map(() => '--:|').join('')}`,
    ...rows.map(([name, values]) => `| ${name} | ${values.map(format).join(' | ')} |`),
    '',
  ];
}
