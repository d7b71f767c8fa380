import { text, wholeNumber } from '../src/cli/options/option-values.js';
import { AS_DEPLOYED } from '../test/support/as-deployed.js';
import { MODEL_OPTION, modelOf } from './choices.js';
import { fail, option, optionalOption, perform, readCommand, someOf } from './command.js';
import { createInputs } from './inputs.js';
import type { Inputs } from './inputs.js';
import { describeMachine } from './machine.js';
import type { MachineFacts } from './machine.js';
import { measureInChild } from './measure/child.js';
import type { Sample } from './measure/child.js';
import { measureFreshServer } from './measure/fresh-server.js';
import { measureQueriesBesideImport, queryCases } from './measure/queries-beside-import.js';
import { startServer } from './measure/server.js';
import type { Server } from './measure/server.js';
import { mainLoads } from './measure/service.js';
import { FULL_PLAN } from './plan.js';
import { placeOf, placeOptions } from './report/place.js';
import { saveReport } from './report/save.js';
import { describeRun } from './report/tables.js';
import { Results } from './results.js';
import { measureInTurns } from './rounds.js';
import { spreadOf } from './statistics.js';

const SESSIONS: Readonly<Record<string, object>> = {
  default: {},
  'no spinning': { extra: { session: { intra_op: { allow_spinning: '0' } } } },
  'spinning stops with the run': { extra: { session: { force_spinning_stop: '1' } } },
  'no spinning, dynamic blocks of 4': {
    extra: { session: { intra_op: { allow_spinning: '0' }, dynamic_block_base: '4' } },
  },
  'spinning for 20 µs, dynamic blocks of 4, as the service has them': spinning('20'),
  'spinning for 50 µs, dynamic blocks of 4': spinning('50'),
  'dynamic blocks of 4': { extra: { session: { dynamic_block_base: '4' } } },
  'no memory pattern': { enableMemPattern: false },
  'no arena': { enableCpuMemArena: false },
  'no prepacking': { extra: { session: { disable_prepacking: '1' } } },
  'denormals as zero': { extra: { session: { set_denormal_as_zero: '1' } } },
  'one thread': { intraOpNumThreads: 1 },
};

function spinning(microseconds: string): object {
  const intra_op = { allow_spinning: '1', spin_duration_us: microseconds };
  return { extra: { session: { intra_op, dynamic_block_base: '4' } } };
}

interface ServiceSetting {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const SERVICES: Readonly<Record<string, ServiceSetting>> = {
  default: {},
  'no spinning': { args: ['--spin-microseconds', '0'] },
  'spinning for 50 µs': { args: ['--spin-microseconds', '50'] },
  'allocator as glibc has it by itself': { env: {} },
  'allocator with two arenas, large blocks in them': { env: { MALLOC_ARENA_MAX: '2' } },
  'allocator with one arena': { env: { ...AS_DEPLOYED, MALLOC_ARENA_MAX: '1' } },
  'allocator with blocks of 1 MiB mapped': { env: { ...AS_DEPLOYED, MALLOC_MMAP_THRESHOLD_: '1048576' } },
  'two encoders of one thread': { args: ['--encoders', '2', '--threads', '1'] },
  'one preparing thread': { args: ['--prepare-threads', '1'] },
  'four preparing threads': { args: ['--prepare-threads', '4'] },
  'images in batches of 2': { args: ['--max-batch-size', '2'] },
  'images in batches of 4': { args: ['--max-batch-size', '4'] },
  'images in batches of 16': { args: ['--max-batch-size', '16'] },
};

const KINDS = ['session', 'service'] as const;
const PUBLISHED = 'settings';

const options = readCommand(
  'npm run bench:settings --',
  'Settings of ONNX Runtime, of threads and of memory against the defaults, in fresh processes that take turns. ' +
    'What was found, and what was kept, stands in bench/README.md.',
  {
    model: MODEL_OPTION,
    only: option('list', 'Whose settings are measured.', someOf(KINDS), KINDS.join()),
    match: optionalOption(
      'words',
      'Only settings with these words in their name, beside the default. Default: all settings.',
      text('words'),
    ),
    rounds: option('count', 'How often everything is measured.', wholeNumber(1, 100), '3'),
    ...placeOptions(PUBLISHED),
  },
);
const isWhole =
  options.model === undefined && options.match === undefined && options.only.length === KINDS.length;

const names = [...Object.keys(SESSIONS), ...Object.keys(SERVICES)];
if (!names.some((name) => name.includes(options.match ?? '')))
  fail(`--match: expected words of a setting's name, such as spinning, received ${options.match}`);

/** The default, which all are held against, and the settings that were asked for. */
function chosen<T>(all: Readonly<Record<string, T>>): [name: string, setting: T][] {
  const { match = '' } = options;
  return Object.entries(all).filter(([name]) => name === 'default' || name.includes(match));
}

async function measureService(
  model: string,
  setting: string,
  options: ServiceSetting,
  inputs: Inputs,
): Promise<Sample[]> {
  const name = `service/${setting}`;
  const plan = { ...FULL_PLAN, querySeconds: FULL_PLAN.querySeconds / 2 };
  const start = () => startServer({ model, precision: 'fp32', args: [], ...options });
  const further = async (server: Server) => {
    const queries = await measureQueriesBesideImport(name, server, queryCases(inputs), plan);
    return queries.filter((sample) => /(ratio|import)$/.test(sample.name));
  };
  return measureFreshServer({ name, start, loads: mainLoads(inputs), further }, plan);
}

await perform(async () => {
  const { only, rounds } = options;
  const machine = describeMachine();
  const { folder, name: model } = await modelOf(options.model);
  const settings = { model, only, rounds };
  const inputs = await createInputs(folder);
  const steps = [
    ...chosen(SESSIONS).map(([name, session]) => ({
      kind: 'session' as const,
      name: `session ${name}`,
      measure: () => measureInChild('./session-child.js', [folder, '0.5', name, JSON.stringify(session)]),
    })),
    ...chosen(SERVICES).map(([name, setting]) => ({
      kind: 'service' as const,
      name: `service ${name}`,
      measure: () => measureService(folder, name, setting, inputs),
    })),
  ].filter(({ kind }) => only.includes(kind));
  const results = new Results();
  await measureInTurns(steps, rounds, results);
  await saveReport(placeOf(options, PUBLISHED, isWhole), {
    json: results.toJson(machine, settings),
    tables: render(results, machine, settings),
    plots: [],
  });
});

function render(
  results: Results,
  machine: MachineFacts,
  settings: { readonly model: string; readonly rounds: number },
): string {
  const rows = results.names(/./).map((name) => {
    const base = name.replace(/\/[^/]+/, '/default');
    const { median, least, most } = spreadOf(results.ratios(name, base));
    const share = `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
    return `| ${name} | ${Number(results.median(name).toPrecision(3))} | ${results.unit(name)} | ${share} |`;
  });
  const heads = ['| | median | | ÷ default |', '|---|--:|---|--:|'];
  return [...describeRun(machine, settings), ...heads, ...rows, ''].join('\n');
}
