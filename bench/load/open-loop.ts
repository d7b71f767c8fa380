import { setTimeout as sleep } from 'node:timers/promises';
import type { BodyMaker } from './bodies.js';
import type { Client } from './client.js';
import { seededRandom } from '../../test/support/random.js';

export interface OpenLoop {
  readonly client: Client;
  readonly make: BodyMaker;
  /** Requests a second on average, whether or not those before are answered. */
  readonly rate: number;
  readonly seconds: number;
  readonly seed: number;
}

export interface OpenLoopResult {
  /** From the moment each request was due, late sending included. */
  readonly latenciesMs: readonly number[];
  /** Requests answered other than 200. */
  readonly refused: number;
}

/** Requests that arrive by chance (exponential gaps), the same arrivals for the same seed. */
export async function runOpenLoop({ client, make, rate, seconds, seed }: OpenLoop): Promise<OpenLoopResult> {
  const random = seededRandom(seed);
  const startMs = performance.now();
  const latenciesMs: number[] = [];
  let refused = 0;
  const request = async (dueMs: number) => {
    const { status } = await client.post(make());
    if (status === 200) latenciesMs.push(performance.now() - dueMs);
    else refused++;
  };
  const underWay: Promise<void>[] = [];
  for (let dueMs = startMs; ;) {
    dueMs -= (Math.log(1 - random()) / rate) * 1000;
    if (dueMs > startMs + seconds * 1000) break;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    underWay.push(request(dueMs));
  }
  await Promise.all(underWay);
  return { latenciesMs, refused };
}
