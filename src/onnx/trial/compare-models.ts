import type { Row } from '../../core/encoder.js';
import { median } from '../../core/median.js';
import type { Agreement } from './agreement.js';
import { agreementOf } from './agreement.js';
import type { CallSpec } from '../session/own-part.js';
import type { Samples } from './samples.js';
import type { TrialOptions } from './trial-model.js';
import { TrialModel } from './trial-model.js';

export interface Comparison extends Agreement {
  /** How many times as fast the second model is: the median of the pairs' time ratios, runs interleaved. */
  readonly speedRatio: number;
}

export interface CompareOptions extends TrialOptions {
  /** How often each batch is timed, after one run that is not. */
  readonly rounds?: number;
}

/**
 * How near model `b` comes to model `a` on the samples, and how much faster it is. Blocks the thread that calls it, as
 * runs of onnxruntime-node do: the jobs that call it have a process of their own.
 */
export async function compareModels(
  a: string,
  b: string,
  samples: Samples,
  call: CallSpec,
  options: CompareOptions = {},
): Promise<Comparison> {
  const before = await TrialModel.open(a, call, options);
  const after = await TrialModel.open(b, call, options);
  try {
    const batches = before.batchesOf(samples);
    const vectors = { before: [] as Float32Array[], after: [] as Float32Array[] };
    for (const batch of batches) {
      vectors.before.push(...(await before.vectorsOf(batch)));
      vectors.after.push(...(await after.vectorsOf(batch)));
    }
    const ratios = await timeRatios(before, after, batches, options.rounds ?? 3);
    return { ...agreementOf(vectors.before, vectors.after), speedRatio: median(ratios) };
  } finally {
    await before.close();
    await after.close();
  }
}

/** Other work on the machine then slows both sides of a pair alike; the order turns so that neither is always first. */
async function timeRatios(
  before: TrialModel,
  after: TrialModel,
  batches: readonly (readonly Row[])[],
  rounds: number,
): Promise<number[]> {
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const batch of batches) {
      const order = round % 2 === 0 ? [before, after] : [after, before];
      const times = new Map<TrialModel, number>();
      for (const model of order) times.set(model, await secondsOf(model, batch));
      ratios.push((times.get(before) ?? NaN) / (times.get(after) ?? NaN));
    }
  }
  return ratios;
}

async function secondsOf(model: TrialModel, batch: readonly Row[]): Promise<number> {
  const start = performance.now();
  await model.vectorsOf(batch);
  return (performance.now() - start) / 1000;
}
