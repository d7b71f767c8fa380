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

/** A query's latencies on an idle service and beside one caller's videos, one after the other. */
export interface QueryFigures {
  readonly query: Modality;
  readonly idleMs: readonly [p50: number, p95: number];
  readonly besideMs: readonly [p50: number, p95: number];
  readonly queries: number;
}

/** @throws Error if the service ends before it is ready, or an item is refused. */
export async function measureQueriesBesideVideo(options: SensesOptions): Promise<QueryFigures[]> {
  const server = await start(['text', 'image', 'video'], options);
  const figures: QueryFigures[] = [];
  const { client } = server;
  try {
    const video = await bodyOf('video');
    await client.send(video);
    for (const query of ['text', 'image']) {
      const body = await bodyOf(query);
      const idle = await runQueries(client, () => body, options.seconds, 1);
      let going = true;
      const videos = (async () => {
        while (going) await client.send(video);
      })();
      const beside = await runQueries(client, () => body, 3 * options.seconds, 2);
      going = false;
      await videos;
      figures.push({
        query,
        idleMs: middleAndHigh(idle),
        besideMs: middleAndHigh(beside),
        queries: beside.length,
      });
    }
    return figures;
  } finally {
    await server.stop();
  }
}

function start(modalities: readonly Modality[], { model, precision }: SensesOptions): Promise<Server> {
  const args = ['--modalities', modalities.join(), '--max-pending-items', '100000', '--deadline', '10m'];
  return startServer({ model, precision, args });
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

async function cpuSeconds(client: Client): Promise<number> {
  return metricIn(await client.get('/metrics'), 'process_cpu_seconds_total');
}

function middleAndHigh(latenciesMs: readonly number[]): readonly [number, number] {
  return [percentile(latenciesMs, 50), percentile(latenciesMs, 95)];
}
