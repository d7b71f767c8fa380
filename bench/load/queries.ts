import { setTimeout as sleep } from 'node:timers/promises';
import type { BodyMaker } from './bodies.js';
import type { Client } from './client.js';
import { seededRandom } from '../../test/support/random.js';

/** Pause between one caller's queries: short enough for many samples, long enough that they do not make a load. */
const PAUSE_MS = { least: 10, most: 60 };

/** Latencies of one caller who asks, waits for the answer, and pauses by chance, for so many seconds. */
export async function runQueries(
  client: Client,
  make: BodyMaker,
  seconds: number,
  seed: number,
): Promise<number[]> {
  const random = seededRandom(seed);
  const endMs = performance.now() + seconds * 1000;
  const latenciesMs: number[] = [];
  while (performance.now() < endMs) {
    const body = make();
    const sentMs = performance.now();
    await client.send(body);
    latenciesMs.push(performance.now() - sentMs);
    await sleep(PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least));
  }
  return latenciesMs;
}
