import type { Modality } from '../../src/core/modality.js';
import { metricIn } from '../../test/support/metric.js';
import type { Body } from '../load/bodies.js';
import type { Client } from '../load/client.js';
import { runQueries } from '../load/queries.js';
import { bodyOf } from '../load/senses.js';
import { percentile } from '../statistics.js';
import { startServer } from './server.js';
import type { Server } from './server.js';

export interface SensesOptions {
  readonly model: string;
  readonly precision: string;
  readonly seconds: number;
}

/** Of one modality, whose tower alone is loaded. */
export interface ModalityFigures {
  readonly modality: Modality;
  readonly restMiB: number;
  /** The most that there was, the start included. */
  readonly peakMiB: number;
  readonly loadMiB: number;
  /** Of a caller who is alone: the median. */
  readonly aloneMs: number;
  /** Of four callers. */
  readonly itemsPerSecond: number;
  /** Of the service's process, which hardly depends on what else the machine does. */
  readonly cpuSecondsPerItem: number;
}

/** From one caller to four: enough to keep two threads at work. */
const CALLERS = 4;

/** @throws Error if the service ends before it is ready, or an item is refused. */
export async function measureModality(modality: Modality, options: SensesOptions): Promise<ModalityFigures> {
  const server = await start([modality], options);
  try {
    const body = await bodyOf(modality);
    const { residentMiB: restMiB } = await server.memory();
    const alone = await askFor(server.client, body, 1, options.seconds / 2);
    const cpuBefore = await cpuSeconds(server.client);
    const load = askFor(server.client, body, CALLERS, options.seconds);
    const memory = largestDuring(server, load);
    const { latenciesMs, seconds } = await load;
    return {
      modality,
      restMiB,
      loadMiB: await memory,
      peakMiB: (await server.memory()).peakMiB,
      aloneMs: percentile(alone.latenciesMs, 50),
      itemsPerSecond: latenciesMs.length / seconds,
      cpuSecondsPerItem: ((await cpuSeconds(server.client)) - cpuBefore) / latenciesMs.length,
    };
  } finally {
    await server.stop();
  }
}

/** A query's latencies on an idle service and beside one caller's videos, which keep the image tower at work. */
export interface QueryFigures {
  readonly query: Modality;
  readonly idleMs: readonly [p50: number, p95: number];
  readonly besideMs: readonly [p50: number, p95: number];
  /** Asked beside videos. */
  readonly queries: number;
  /** What the service says of those on the whole: the wait for the encoder, and the time in it. */
  readonly stages: { readonly queueMs: number; readonly encodeMs: number };
}

const QUERIES = ['text', 'image'];
/** Beside videos each query takes longer, so that as many take so many times the seconds. */
const LONGER = 3;

/** @throws Error if the service ends before it is ready, or a query is refused. */
export async function measureQueriesBesideVideo(options: SensesOptions): Promise<QueryFigures[]> {
  const server = await start([...QUERIES, 'video'], options);
  const { client } = server;
  const bodies = new Map<Modality, Body>();
  for (const modality of [...QUERIES, 'video']) bodies.set(modality, await bodyOf(modality));
  const ask = (query: Modality, seconds: number) => runQueries(client, () => bodies.get(query)!, seconds, 1);
  let going = true;
  const keepAsking = async () => {
    while (going) await client.send(bodies.get('video')!);
  };
  try {
    const idle = new Map<Modality, number[]>();
    for (const query of QUERIES) idle.set(query, await ask(query, options.seconds));
    // What the last one comes to is not waited for: it takes minutes on a busy machine.
    keepAsking().catch(() => (going = false));
    while (going && !((await metricOf(client, 'handspring_items_running{modality="video"}')) > 0));
    const figures: QueryFigures[] = [];
    for (const query of QUERIES) {
      const before = await stagesOf(client, query);
      const beside = await ask(query, LONGER * options.seconds);
      const after = await stagesOf(client, query);
      const meanMs = (stage: 'queue' | 'encode') => (1000 * (after[stage] - before[stage])) / beside.length;
      const stages = { queueMs: meanMs('queue'), encodeMs: meanMs('encode') };
      const [idleMs, besideMs] = [idle.get(query)!, beside].map(middleAndHigh) as [Pair, Pair];
      figures.push({ query, idleMs, besideMs, queries: beside.length, stages });
    }
    if (!going) throw new Error('the videos were refused or ended early');
    return figures;
  } finally {
    going = false;
    await server.stop();
  }
}

function start(modalities: readonly Modality[], { model, precision }: SensesOptions): Promise<Server> {
  const args = ['--modalities', modalities.join(), '--max-pending-items', '100000', '--deadline', '10m'];
  return startServer({ model, precision, args: [...args, '--shutdown-timeout', '1s'] });
}

/** Callers who each ask again when they are answered, at least once, until so many seconds have passed. */
async function askFor(client: Client, body: Body, callers: number, seconds: number) {
  const startMs = performance.now();
  const latenciesMs: number[] = [];
  const caller = async () => {
    do {
      const sentMs = performance.now();
      await client.send(body);
      latenciesMs.push(performance.now() - sentMs);
    } while (performance.now() - startMs < 1000 * seconds);
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { latenciesMs, seconds: (performance.now() - startMs) / 1000 };
}

async function largestDuring(server: Server, work: Promise<unknown>): Promise<number> {
  let most = 0;
  let going = true;
  const end = () => void (going = false);
  work.then(end, end);
  while (going) {
    most = Math.max(most, (await server.memory()).residentMiB);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return most;
}

const cpuSeconds = (client: Client) => metricOf(client, 'process_cpu_seconds_total');

async function metricOf(client: Client, series: string): Promise<number> {
  return metricIn(await client.get('/metrics'), series);
}

/** Seconds of all items so far. */
async function stagesOf(client: Client, modality: Modality) {
  const exposition = await client.get('/metrics');
  const [queue = 0, encode = 0] = ['queue', 'encode'].map((stage) =>
    metricIn(exposition, `handspring_stage_duration_seconds_sum{stage="${stage}",modality="${modality}"}`),
  );
  return { queue, encode };
}

type Pair = readonly [p50: number, p95: number];

function middleAndHigh(latenciesMs: readonly number[]): Pair {
  return [percentile(latenciesMs, 50), percentile(latenciesMs, 95)];
}
