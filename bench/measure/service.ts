import { setTimeout as sleep } from 'node:timers/promises';
import type { Inputs } from '../inputs.js';
import type { BodyMaker } from '../load/bodies.js';
import { runClosedLoop } from '../load/closed-loop.js';
import type { PhotoSize } from '../load/photos.js';
import { runOpenLoop } from '../load/open-loop.js';
import type { Plan } from '../plan.js';
import { CONCURRENCIES, TEXT_LENGTHS } from '../plan.js';
import { percentile } from '../statistics.js';
import type { Sample } from './child.js';
import type { Memory } from './memory.js';
import type { Server } from './server.js';

/** One load of the closed loop. */
export interface Load {
  readonly name: string;
  readonly unit: string;
  readonly make: BodyMaker;
  readonly concurrency: number;
}

/**
 * Every load of the closed loop: each kind of item at each number of callers. The largest photos come last, as a process
 * may keep the memory that they took.
 */
export function allLoads(inputs: Inputs): Load[] {
  const images = (size: PhotoSize) => ({
    kind: `image ${size}`,
    unit: 'images/s',
    make: inputs.images(size),
  });
  const texts = TEXT_LENGTHS.map((tokens) => ({
    kind: `text ${tokens}`,
    unit: 'texts/s',
    make: inputs.texts(tokens),
  }));
  const kinds = [images('640x480'), ...texts, images('12mp')];
  return kinds.flatMap(({ kind, unit, make }) =>
    CONCURRENCIES.map((concurrency) => ({ name: `${kind}/${concurrency} callers`, unit, make, concurrency })),
  );
}

/** The two loads that a variant of precision or cores is compared by. */
export function mainLoads(inputs: Inputs): Load[] {
  return allLoads(inputs).filter(({ name }) => /^(image 640x480|text 12)\/16 /.test(name));
}

/**
 * Rate, latencies, event-loop delay and resident memory of each load on one server, one after the other. A load that
 * fails has no rate but the reason, so that the others of a long run are not lost.
 */
export async function measureLoads(
  prefix: string,
  server: Server,
  loads: readonly Load[],
  plan: Plan,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const load of loads) {
    try {
      samples.push(...(await measureLoad(prefix, server, load, plan)));
    } catch (error) {
      const failure = (error as Error).message;
      samples.push({ name: `${prefix}/${load.name}`, unit: load.unit, value: NaN, failure });
    }
  }
  return samples;
}

async function measureLoad(
  prefix: string,
  server: Server,
  { name, unit, make, concurrency }: Load,
  plan: Plan,
): Promise<Sample[]> {
  await server.loopDelayMs?.();
  const { client } = server;
  const load = runClosedLoop({ ...plan, client, make, concurrency });
  const memory = readAfter(server, plan.warmUpSeconds + plan.seconds / 2);
  const [result, { residentMiB }] = await Promise.all([load, memory]);
  return [
    { name: `${prefix}/${name}`, unit, value: result.itemsPerSecond },
    { name: `${prefix}/${name}/p50`, unit: 'ms', value: percentile(result.latenciesMs, 50) },
    { name: `${prefix}/${name}/p95`, unit: 'ms', value: percentile(result.latenciesMs, 95) },
    { name: `${prefix}/${name}/memory`, unit: 'MiB', value: residentMiB },
    ...(await loopDelay(`${prefix}/${name}`, server)),
  ];
}

/** Memory in the middle of a load: what it is after one says less. */
async function readAfter(server: Server, seconds: number): Promise<Memory> {
  await sleep(seconds * 1000);
  return server.memory();
}

/** The event-loop delay since it was last asked for, of a server that tells it. */
export async function loopDelay(prefix: string, server: Server): Promise<Sample[]> {
  const value = await server.loopDelayMs?.();
  return value === undefined ? [] : [{ name: `${prefix}/event-loop delay p99`, unit: 'ms', value }];
}

/** Part of the rate that a closed loop of 16 callers reached, at which an open loop is run. */
const OPEN_LOOP_SHARE = 0.7;

/** Latencies where requests arrive by chance, at a share of the rate that the closed loop had just reached. */
export async function measureOpenLoops(
  prefix: string,
  server: Server,
  inputs: Inputs,
  closed: readonly Sample[],
  plan: Plan,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const [kind, make] of [
    ['image 640x480', inputs.images('640x480')],
    ['text 12', inputs.texts(12)],
  ] as const) {
    const reached = closed.find(({ name }) => name === `${prefix}/${kind}/16 callers`)?.value;
    if (reached === undefined) continue;
    const rate = reached * OPEN_LOOP_SHARE;
    const seconds = plan.querySeconds;
    const { latenciesMs, refused } = await runOpenLoop({
      client: server.client,
      make,
      rate,
      seconds,
      seed: 7,
    });
    const name = `${prefix}/open loop/${kind}`;
    samples.push(
      { name: `${name}/arrivals`, unit: 'a second', value: rate },
      ...[50, 95, 99].map((p) => ({ name: `${name}/p${p}`, unit: 'ms', value: percentile(latenciesMs, p) })),
      { name: `${name}/refused`, unit: 'requests', value: refused },
    );
  }
  return samples;
}
