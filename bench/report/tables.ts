import { AS_DEPLOYED } from '../../test/support/as-deployed.js';
import type { MachineFacts } from '../machine.js';
import type { Plan } from '../plan.js';
import type { Results } from '../results.js';
import type { Spread } from '../statistics.js';
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
    title: 'The files of its towers, raw sessions that take turns: items a second',
    rows: /^files\/.+$/,
    columns: { 'a second': '' },
  },
  {
    title: 'Each stage alone: milliseconds for one item, on one thread, encoders on all cores',
    rows: /^stage\/.+$/,
    columns: { ms: '' },
  },
  {
    title:
      'The service: items a second; latency and event-loop delay in milliseconds; resident memory in MiB',
    rows: /^service .*\/\d+ callers$/,
    columns: {
      'a second': '',
      p50: '/p50',
      p95: '/p95',
      'event loop p99': '/event-loop delay p99',
      memory: '/memory',
    },
  },
  {
    title: 'The service where requests arrive by chance: milliseconds',
    rows: /^service .*\/open loop\/[^/]+(?=\/p50$)/,
    columns: { 'arrivals a second': '/arrivals', p50: '/p50', p95: '/p95', p99: '/p99', refused: '/refused' },
  },
  {
    title: 'Queries beside an import: p95 and event-loop delay in milliseconds',
    rows: /^service .*\/queries\/[^/]+(?=\/ratio$)/,
    columns: {
      idle: '/idle p95',
      'beside the import': '/p95',
      ratio: '/ratio',
      'import, items a second': '/import',
      'event loop p99': '/event-loop delay p99',
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
    ...renderFailures(results),
    ...renderTargets(results),
    ...TABLES.flatMap((table) => renderTable(table, results)),
  ].join('\n');
}

/** What was measured, of which state of the program, and where. */
export function describeRun(
  machine: MachineFacts,
  { model, rounds }: Pick<Plan, 'rounds'> & { readonly model: string },
): string[] {
  const times = `${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;
  return [`${model}, ${times}; medians.`, '', ...describeMachineAndRevision(machine)];
}

/** The state of the program and how it was run, the machine, and how busy that was. */
export function describeMachineAndRevision(machine: MachineFacts): string[] {
  const { cpu, coresAllowed, instructionSets, memoryGiB, system, node, onnxruntime, loadBefore } = machine;
  return [
    `${describeRevision(machine)}, on ${cpu}, ${coresAllowed} cores (${instructionSets.join(', ')}), ${memoryGiB} GiB, ` +
      `${system}, Node ${node}, ONNX Runtime ${onnxruntime}; load average before the run ${loadBefore}. ` +
      `The service as it is deployed: ${asDeployed}.`,
    '',
  ];
}

const asDeployed = Object.entries(AS_DEPLOYED)
  .map((pair) => pair.join('='))
  .join(', ');

/** The version of this program, and the commit where it is a checkout. */
export function describeRevision({ handspring, revision }: MachineFacts): string {
  const [commit, ...rest] = revision?.split('-dirty') ?? [];
  const state = rest.length > 0 ? ', with changes that are not committed' : '';
  return `Handspring ${handspring}${commit ? `, revision ${commit}${state}` : ''}`;
}

/** A failed load has no place among figures, and must not go unseen. */
export function renderFailures({ failures }: Results): string[] {
  return [...failures].flatMap((failure) => [`**Failed**: ${failure}`, '']);
}

function renderTargets(results: Results): string[] {
  const rows = judge(results).map(
    ({ what, wanted, found, unit, reached }) =>
      `| ${what} | ${wanted} | ${`${found.median.toFixed(2)} ${unit}`.trim()} | ` +
      `${found.least.toFixed(2)} to ${found.most.toFixed(2)} | ${VERDICTS[String(reached)]} |`,
  );
  if (rows.length === 0) return [];
  return [
    'Ratios are taken round by round. How far the rounds lie apart says how calm the machine was.',
    '',
    '| to reach | wanted | median of the rounds | the rounds | reached |',
    '|---|--:|--:|--:|---|',
    ...rows,
    '',
  ];
}

/** A figure that is only shown has none. */
const VERDICTS: Readonly<Record<string, string>> = { true: 'yes', false: '**no**', undefined: '' };

function renderTable({ title, rows, columns }: Table, results: Results): string[] {
  const names = results.names(rows).map((name) => rows.exec(name)?.[0] ?? name);
  return toMarkdown(
    title,
    Object.keys(columns),
    names.map((name) => [name, Object.values(columns).map((suffix) => results.median(name + suffix))]),
  );
}

/** A row of a table; a spread is its median with what the rounds lie between. */
export type Row = readonly [name: string, values: readonly (number | Spread)[]];

/** A table of numbers under a heading; nothing without rows. Numbers that are not finite are left empty. */
export function toMarkdown(
  title: string,
  heads: readonly string[],
  rows: readonly Row[],
  digits = 3,
): string[] {
  if (rows.length === 0) return [];
  const format = (value: number) => (Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : '');
  const cell = (value: number | Spread) => {
    if (typeof value === 'number') return format(value);
    const { median, least, most } = value;
    return Number.isFinite(median) ? `${format(median)} (${format(least)} to ${format(most)})` : '';
  };
  return [
    `## ${title}`,
    '',
    `| | ${heads.join(' | ')} |`,
    `|---|${heads.map(() => '--:|').join('')}`,
    ...rows.map(([name, values]) => `| ${name} | ${values.map(cell).join(' | ')} |`),
    '',
  ];
}
