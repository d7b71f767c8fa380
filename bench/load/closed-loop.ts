import type { BodyMaker } from './bodies.js';
import type { Client } from './client.js';

export interface ClosedLoop {
  readonly client: Client;
  readonly make: BodyMaker;
  /** Callers that each send their next request when the one before is answered. */
  readonly concurrency: number;
  readonly seconds: number;
  /** Answers before this are not counted. */
  readonly warmUpSeconds: number;
}

export interface LoopResult {
  readonly itemsPerSecond: number;
  readonly latenciesMs: readonly number[];
}

interface Answered {
  readonly atMs: number;
  readonly tookMs: number;
  readonly items: number;
}

/**
 * The rate and the latencies of a number of callers. Time is counted from answer to answer, since the answers of one
 * batch come together: from the last one of the warm-up to the last one in time.
 * @throws Error of the first caller who failed, once all are done.
 */
export async function runClosedLoop(loop: ClosedLoop): Promise<LoopResult> {
  const startMs = performance.now();
  const countFromMs = startMs + loop.warmUpSeconds * 1000;
  const endMs = countFromMs + loop.seconds * 1000;
  const answered: Answered[] = [];
  let hasFailed = false;
  const caller = async () => {
    while (performance.now() < endMs && !hasFailed) {
      const body = loop.make();
      const sentMs = performance.now();
      await loop.client.send(body).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
      const atMs = performance.now();
      answered.push({ atMs, tookMs: atMs - sentMs, items: body.items });
    }
  };
  const callers = await Promise.allSettled(Array.from({ length: loop.concurrency }, caller));
  const failed = callers.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  return summarise(answered, countFromMs, endMs);
}

function summarise(answered: readonly Answered[], countFromMs: number, endMs: number): LoopResult {
  const counted = answered.filter(({ atMs }) => atMs > countFromMs && atMs <= endMs);
  const firstMs = answered.findLast(({ atMs }) => atMs <= countFromMs)?.atMs ?? countFromMs;
  const lastMs = counted.at(-1)?.atMs ?? NaN;
  const items = counted.reduce((sum, answer) => sum + answer.items, 0);
  return {
    itemsPerSecond: (items * 1000) / (lastMs - firstMs),
    latenciesMs: counted.map(({ tookMs }) => tookMs),
  };
}
