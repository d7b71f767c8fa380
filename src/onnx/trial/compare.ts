import type { InferenceSession } from '../session/onnxruntime.js';
import { median } from '../../core/median.js';
import { type Agreement, agreementOf } from './agreement.js';
import { openModel, rowsOf, type SampleInput, type SessionOptions, toFeeds } from '../session/session.js';

export interface Comparison extends Agreement {
  /** How many times as fast the second model is: the median of the pairs' time ratios, runs interleaved. */
  readonly speedRatio: number;
}

export interface CompareOptions extends SessionOptions {
  /** How often each input is timed, after one run that is not. */
  readonly rounds?: number;
}

/**
 * How near model `b` comes to model `a` on the inputs, and how much faster it is. Blocks the thread that calls it, as
 * runs of onnxruntime-node do: the jobs that call it have a process of their own.
 */
export async function compareModels(
  a: string | Uint8Array,
  b: string | Uint8Array,
  inputs: readonly SampleInput[],
  options: CompareOptions = {},
): Promise<Comparison> {
  const before = await openModel(a, options);
  const after = await openModel(b, options);
  try {
    const feeds = inputs.map(toFeeds);
    const vectors = { before: [] as Float32Array[], after: [] as Float32Array[] };
    for (const feed of feeds) {
      vectors.before.push(...(await rowsOf(before, feed)));
      vectors.after.push(...(await rowsOf(after, feed)));
    }
    const ratios = await timeRatios(before, after, feeds, options.rounds ?? 3);
    return { ...agreementOf(vectors.before, vectors.after), speedRatio: median(ratios) };
  } finally {
    await before.release();
    await after.release();
  }
}

/** Other work on the machine then slows both sides of a pair alike; the order turns so that neither is always first. */
async function timeRatios(
  before: InferenceSession,
  after: InferenceSession,
  feeds: readonly InferenceSession.FeedsType[],
  rounds: number,
): Promise<number[]> {
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const feed of feeds) {
      const order = round % 2 === 0 ? [before, after] : [after, before];
      const times = new Map<InferenceSession, number>();
      for (const session of order) times.set(session, await secondsOf(session, feed));
      ratios.push((times.get(before) ?? NaN) / (times.get(after) ?? NaN));
    }
  }
  return ratios;
}

async function secondsOf(session: InferenceSession, feed: InferenceSession.FeedsType): Promise<number> {
  const start = performance.now();
  await session.run(feed);
  return (performance.now() - start) / 1000;
}
