import { setTimeout as sleep } from 'node:timers/promises';
import type { Inputs } from '../inputs.js';
import type { BodyMaker } from '../load/bodies.js';
import { runClosedLoop } from '../load/closed-loop.js';
import { runQueries } from '../load/queries.js';
import type { Plan } from '../plan.js';
import { percentile } from '../statistics.js';
import type { Sample } from './child.js';
import type { Server } from './server.js';
import { loopDelay } from './service.js';

/** A query and the import that it is asked beside. */
export interface QueryCase {
  readonly name: string;
  readonly query: BodyMaker;
  readonly bulk: BodyMaker;
  readonly callers: number;
}

/** What people ask while a collection is filled. An import of Weaviate's is one request per object, many at once. */
export function queryCases(inputs: Inputs): QueryCase[] {
  const one = inputs.images('640x480');
  const many = inputs.images('640x480', 8);
  return [
    { name: 'text query, import of single images', query: inputs.texts(4), bulk: one, callers: 16 },
    { name: 'text query, import of 8 images a request', query: inputs.texts(4), bulk: many, callers: 4 },
    {
      name: 'text query, import of 8 texts a request',
      query: inputs.texts(4),
      bulk: inputs.texts(12, 8),
      callers: 4,
    },
    { name: 'image query, import of 8 images a request', query: one, bulk: many, callers: 4 },
  ];
}

/** Time for the import to fill the queues before the first query. */
const HEAD_START_MS = 1000;

/** A query's latency on an idle service, the same beside an import that saturates it, and the ratio of the two p95. */
export async function measureQueriesBesideImport(
  prefix: string,
  server: Server,
  cases: readonly QueryCase[],
  plan: Plan,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const { client } = server;
  const seconds = plan.querySeconds;
  for (const [seed, { name, query, bulk, callers }] of cases.entries()) {
    const idle = await runQueries(client, query, seconds / 2, seed);
    await server.loopDelayMs?.();
    const loop = { client, make: bulk, concurrency: callers, seconds, warmUpSeconds: HEAD_START_MS / 1000 };
    const load = runClosedLoop(loop);
    await sleep(HEAD_START_MS);
    const busy = await runQueries(client, query, seconds, seed);
    const { itemsPerSecond } = await load;
    const figure = `${prefix}/queries/${name}`;
    const ms = (what: string, value: number) => ({ name: `${figure}/${what}`, unit: 'ms', value });
    samples.push(
      ms('idle p50', percentile(idle, 50)),
      ms('idle p95', percentile(idle, 95)),
      ms('p50', percentile(busy, 50)),
      ms('p95', percentile(busy, 95)),
      { name: `${figure}/ratio`, unit: 'times', value: percentile(busy, 95) / percentile(idle, 95) },
      { name: `${figure}/import`, unit: 'items/s', value: itemsPerSecond },
      ...(await loopDelay(figure, server)),
    );
  }
  return samples;
}
