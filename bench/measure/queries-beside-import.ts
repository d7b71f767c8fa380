import { setTimeout as sleep } from 'node:timers/promises';
import type { Inputs } from '../inputs.js';
import type { BodyMaker } from '../load/bodies.js';
import { runClosedLoop } from '../load/closed-loop.js';
import { runQueries } from '../load/queries.js';
import type { Plan } from '../plan.js';
import { percentile } from '../statistics.js';
import type { Sample } from './child.js';
import type { Server } from './server.js';

interface Case {
  readonly name: string;
  readonly query: BodyMaker;
  readonly bulk: BodyMaker;
  readonly callers: number;
}

/** What people ask while a collection is filled. An import of Weaviate's is one request per object, many at once. */
function cases(inputs: Inputs): Case[] {
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

/** A query's p95 on an idle service, the same beside an import that saturates it, and the ratio of the two. */
export async function measureQueriesBesideImport(
  prefix: string,
  server: Server,
  inputs: Inputs,
  plan: Plan,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const { client } = server;
  const seconds = plan.querySeconds;
  for (const [seed, { name, query, bulk, callers }] of cases(inputs).entries()) {
    const idle = percentile(await runQueries(client, query, seconds / 2, seed), 95);
    await server.loopDelayMs();
    const loop = { client, make: bulk, concurrency: callers, seconds, warmUpSeconds: HEAD_START_MS / 1000 };
    const load = runClosedLoop(loop);
    await sleep(HEAD_START_MS);
    const busy = percentile(await runQueries(client, query, seconds, seed), 95);
    const { itemsPerSecond } = await load;
    samples.push(
      { name: `${prefix}/queries/${name}/idle p95`, unit: 'ms', value: idle },
      { name: `${prefix}/queries/${name}/p95`, unit: 'ms', value: busy },
      { name: `${prefix}/queries/${name}/ratio`, unit: 'times', value: busy / idle },
      { name: `${prefix}/queries/${name}/import`, unit: 'items/s', value: itemsPerSecond },
      {
        name: `${prefix}/queries/${name}/event-loop delay p99`,
        unit: 'ms',
        value: await server.loopDelayMs(),
      },
    );
  }
  return samples;
}
