import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import weaviate from 'weaviate-client';
import { runArguments } from '../src/core/own-module.js';
import { median } from '../src/core/median.js';
import { text, wholeNumber } from '../src/cli/options/option-values.js';
import { VERSION } from '../src/core/version.js';
import { readMetric } from '../test/support/metric.js';
import { Child } from '../weaviate/child.js';
import { parseLine, startModule } from '../weaviate/module.js';
import type { ModuleProcess } from '../weaviate/module.js';
import { freePorts } from '../weaviate/ports.js';
import { chooseRuntime, startWeaviate, waitUntilReady } from '../weaviate/server.js';
import type { WeaviateServer } from '../weaviate/server.js';
import { WEAVIATE_VERSION } from '../weaviate/version.js';
import { expected, option, optionalOption, perform, place, readCommand } from './command.js';
import { makePhoto } from './load/photos.js';
import { withoutFolders } from './report/without-folders.js';
import { unionMs } from './timing.js';
import type { Interval } from './timing.js';

const options = readCommand(
  'node dist/bench/import.js',
  'Photos imported through a real Weaviate per second, and how much of that time the module is at work.',
  {
    model: option('model', 'The module’s model, from the catalogue or a folder.', text('a model'), 'starter'),
    photos: option('count', 'Photos to import in each run.', wholeNumber(1, 1_000_000), '512'),
    batches: option('list', 'Batches that are sent at once, of each run.', wholeNumbers, '1,4,16'),
    rounds: option('count', 'Runs of each; the order is reversed each round.', wholeNumber(1, 100), '3'),
    json: optionalOption('file', 'Where all runs are written. Default: nowhere.', place),
  },
);

function wholeNumbers(given: string): number[] {
  const numbers = given.split(',').map(Number);
  const isSound = numbers.every((number) => Number.isInteger(number) && number > 0);
  return isSound ? numbers : expected('whole numbers above 0, as in 1,4');
}

interface Run {
  readonly batches: number;
  readonly seconds: number;
  readonly photosPerSecond: number;
  /** The part of the run during which the module had a request to answer. */
  readonly moduleShare: number;
  /** Processor seconds of the module per photo. */
  readonly moduleCpuPerPhoto: number;
}

interface Bench {
  readonly folder: string;
  readonly photos: number;
  readonly module: ModuleProcess;
  readonly moduleUrl: string;
  readonly weaviate: WeaviateServer;
  /** When the module was answering, since the last run began. */
  readonly answering: Interval[];
}

const MAIN = runArguments(new URL('../src/cli/main.js', import.meta.url));

async function main(): Promise<void> {
  const stops: (() => Promise<void>)[] = [];
  try {
    const bench = await setUp(stops);
    const variants = options.batches;
    const runs: Run[] = [];
    await runOnce(bench, variants[0] ?? 1); // the first of all pays for caches that are empty
    for (let round = 0; round < options.rounds; round++) {
      const order = round % 2 === 0 ? variants : [...variants].reverse();
      for (const batches of order) runs.push(await runOnce(bench, batches));
    }
    const machine = `${os.cpus()[0]?.model ?? 'unknown'}, ${os.availableParallelism()} cores`;
    const { model, photos, batches, rounds } = options;
    const told = { model: withoutFolders(model), photos, batches, rounds };
    const facts = { machine, handspring: VERSION, weaviate: WEAVIATE_VERSION, ...told };
    process.stdout.write(render(variants, runs, facts));
    if (options.json) await writeFile(options.json, `${JSON.stringify({ ...facts, runs }, null, 2)}\n`);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function setUp(stops: (() => Promise<void>)[]): Promise<Bench> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'handspring-bench-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const { photos } = options;
  for (let seed = 1; seed <= photos; seed++) {
    await writeFile(path.join(folder, `${seed}.jpg`), await makePhoto('640x480', seed));
  }
  const runtime = await chooseRuntime(process.env, (line) => process.stderr.write(`${line}\n`));
  const [modulePort = 0, httpPort = 0, grpcPort = 0] = await freePorts(3);
  const answering: Interval[] = [];
  const module = startModule({
    host: runtime.listenHost,
    port: modulePort,
    model: options.model,
    env: process.env,
    onLine: (line) => {
      const { msg, path: route, ms, time } = parseLine(line);
      if (msg !== 'request' || route !== '/vectorize') return;
      const end = Date.parse(String(time));
      answering.push({ start: end - Number(ms), end });
    },
  });
  stops.push(() => module.stop());
  await module.ready;
  const server = await startWeaviate(runtime, { modulePort, httpPort, grpcPort, env: process.env });
  stops.push(server.stop);
  await waitUntilReady(server);
  return { folder, photos, module, moduleUrl: `http://127.0.0.1:${modulePort}`, weaviate: server, answering };
}

/** Imports all photos into a collection of its own, by the command, in a process of its own. */
async function runOnce(bench: Bench, batches: number): Promise<Run> {
  const { folder, photos, moduleUrl, weaviate: server, answering } = bench;
  const collection = `Bench${Date.now()}`;
  const args = [...MAIN, 'import', folder, '--weaviate', server.url];
  args.push('--weaviate-grpc', `http://127.0.0.1:${server.grpcPort}`, '--collection', collection);
  args.push('--concurrency', String(batches), '--report', path.join(folder, 'errors.jsonl'));
  answering.length = 0;
  const cpuBefore = await cpuSeconds(moduleUrl);
  const started = performance.now();
  const importing = Child.start('the import', process.execPath, args, { env: process.env });
  const code = await importing.exited;
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw importing.ended(code);
  const moduleCpuPerPhoto = ((await cpuSeconds(moduleUrl)) - cpuBefore) / photos;
  await dropCollection(server, collection);
  const moduleShare = unionMs(answering) / 1000 / seconds;
  const run = { batches, seconds, photosPerSecond: photos / seconds, moduleShare, moduleCpuPerPhoto };
  process.stderr.write(`${JSON.stringify(run)}\n`);
  return run;
}

async function cpuSeconds(moduleUrl: string): Promise<number> {
  return readMetric(moduleUrl, 'process_cpu_seconds_total');
}

async function dropCollection({ httpPort, grpcPort }: WeaviateServer, name: string): Promise<void> {
  const client = await weaviate.connectToLocal({ host: '127.0.0.1', port: httpPort, grpcPort });
  await client.collections.delete(name);
  await client.close();
}

function render(variants: readonly number[], runs: readonly Run[], facts: Record<string, unknown>): string {
  const rows = variants.map((batches) => {
    const of = (pick: (run: Run) => number) =>
      median(runs.filter((run) => run.batches === batches).map(pick));
    const share = `${Math.round(of((run) => run.moduleShare) * 100)} %`;
    const cpu = `${(of((run) => run.moduleCpuPerPhoto) * 1000).toFixed(1)} ms`;
    return `| ${batches} | ${of((run) => run.photosPerSecond).toFixed(1)} | ${share} | ${cpu} |`;
  });
  return [
    `${String(facts['model'])}, ${String(facts['photos'])} photos of 640 × 480, Weaviate ${WEAVIATE_VERSION}, ${String(facts['machine'])}, ` +
      `median of ${options.rounds}`,
    '',
    '| parallel batches | photos per second | time in which the module is at work | its processor time per photo |',
    '|--:|--:|--:|--:|',
    ...rows,
    '',
  ].join('\n');
}

await perform(main);
