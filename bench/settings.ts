/**
 * Settings of ONNX Runtime, of threads and of memory against the defaults, in fresh processes that take turns:
 *
 *     npm run bench:settings -- [--model DIR] [--only session,service] [--rounds 3] [--out bench/results]
 *
 * What was found, and what was kept, stands in README.md beside this file.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createInputs } from './inputs.js';
import type { Inputs } from './inputs.js';
import { describeMachine } from './machine.js';
import { measureInChild } from './measure/child.js';
import type { Sample } from './measure/child.js';
import { measureQueriesBesideImport } from './measure/queries-beside-import.js';
import { startServer } from './measure/server.js';
import { mainLoads, measureLoads } from './measure/service.js';
import { ensureRandomModel } from './model/bench-model.js';
import { FULL_PLAN } from './plan.js';
import { Results } from './results.js';

const SESSIONS: Readonly<Record<string, object>> = {
  default: {},
  'no spinning': { extra: { session: { intra_op: { allow_spinning: '0' } } } },
  'spinning stops with the run': { extra: { session: { force_spinning_stop: '1' } } },
  'no spinning, dynamic blocks of 4, as the service has them': {
    extra: { session: { intra_op: { allow_spinning: '0' }, dynamic_block_base: '4' } },
  },
  'dynamic blocks of 4': { extra: { session: { dynamic_block_base: '4' } } },
  'no memory pattern': { enableMemPattern: false },
  'no arena': { enableCpuMemArena: false },
  'no prepacking': { extra: { session: { disable_prepacking: '1' } } },
  'denormals as zero': { extra: { session: { set_denormal_as_zero: '1' } } },
  'one thread': { intraOpNumThreads: 1 },
};

interface ServiceSetting {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const SERVICES: Readonly<Record<string, ServiceSetting>> = {
  default: {},
  'one allocator arena': { env: { MALLOC_ARENA_MAX: '1' } },
  'allocations of 1 MiB and more mapped': { env: { MALLOC_MMAP_THRESHOLD_: '1048576' } },
  'two encoders of one thread': { args: ['--encoders', '2', '--threads', '1'] },
  'one preparing thread': { args: ['--prepare-threads', '1'] },
  'four preparing threads': { args: ['--prepare-threads', '4'] },
  'images in batches of 2': { args: ['--max-batch-size', '2'] },
  'images in batches of 4': { args: ['--max-batch-size', '4'] },
  'images in batches of 16': { args: ['--max-batch-size', '16'] },
};

const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    only: { type: 'string', default: 'session,service' },
    rounds: { type: 'string', default: '3' },
    out: { type: 'string', default: 'bench/results' },
  },
});

async function measureService(name: string, setting: ServiceSetting, inputs: Inputs): Promise<Sample[]> {
  const server = await startServer({ model, precision: 'fp32', args: [], ...setting });
  try {
    const atRest = (await server.memory()).residentMiB;
    const loads = await measureLoads(`service/${name}`, server, mainLoads(inputs), FULL_PLAN);
    const plan = { ...FULL_PLAN, querySeconds: FULL_PLAN.querySeconds / 2 };
    const queries = await measureQueriesBesideImport(`service/${name}`, server, inputs, plan);
    const memory = await server.memory();
    return [
      { name: `service/${name}/ready`, unit: 'ms', value: server.readyMs },
      { name: `service/${name}/memory at rest`, unit: 'MiB', value: atRest },
      { name: `service/${name}/memory under load`, unit: 'MiB', value: memory.residentMiB },
      ...loads,
      ...queries.filter((sample) => /(ratio|import)$/.test(sample.name)),
    ];
  } finally {
    await server.stop();
  }
}

const machine = describeMachine();
const model = options.model ?? (await ensureRandomModel('vit-b-32'));
const inputs = await createInputs(model);
const steps = [
  ...Object.entries(SESSIONS).map(([name, session]) => ({
    kind: 'session',
    measure: () => measureInChild('./session-child.js', [model, '0.5', name, JSON.stringify(session)]),
  })),
  ...Object.entries(SERVICES).map(([name, setting]) => ({
    kind: 'service',
    measure: () => measureService(name, setting, inputs),
  })),
].filter(({ kind }) => options.only.split(',').includes(kind));

const results = new Results();
for (let round = 0; round < Number(options.rounds); round++) {
  for (const { measure } of round % 2 === 0 ? steps : [...steps].reverse()) results.add(await measure());
}
await mkdir(options.out, { recursive: true });
await writeFile(path.join(options.out, 'settings.json'), results.toJson(machine, options));
const rows = results.names(/./).map((name) => {
  const base = name.replace(/\/[^/]+/, '/default');
  const share = results.median(name) / results.median(base);
  return `| ${name} | ${Number(results.median(name).toPrecision(3))} | ${results.unit(name)} | ${share.toFixed(2)} |`;
});
process.stdout.write(['| | median | | ÷ default |', '|---|--:|---|--:|', ...rows, ''].join('\n'));
