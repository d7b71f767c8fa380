import { agreementOf } from './agreement.js';
import type { Agreement } from './agreement.js';
import type { CallSpec } from '../session/own-part.js';
import type { Samples } from './samples.js';
import type { TrialOptions } from './trial-model.js';
import { TrialModel } from './trial-model.js';

/** How near an item's vector in a batch is to its vector alone. */
export type BatchAgreement = Pick<Agreement, 'items' | 'cosineMin' | 'maxAbs'>;

/**
 * Runs each batch as a whole and row by row, each as it is padded then, and compares. Undefined where the samples have no
 * batch of several, or fewer than three rows in them. Blocks the thread that calls it.
 */
export async function batchAgreement(
  source: string,
  samples: Samples,
  call: CallSpec,
  options: TrialOptions = {},
): Promise<BatchAgreement | undefined> {
  const model = await TrialModel.open(source, call, options);
  try {
    const batches = model.batchesOf(samples).filter((batch) => batch.length > 1);
    if (batches.flat().length < 3) return undefined;
    const inBatches: Float32Array[] = [];
    const byThemselves: Float32Array[] = [];
    for (const batch of batches) {
      inBatches.push(...(await model.vectorsOf(batch)));
      for (const row of batch) byThemselves.push(...(await model.vectorsOf([row])));
    }
    const { items, cosineMin, maxAbs } = agreementOf(byThemselves, inBatches);
    return { items, cosineMin, maxAbs };
  } finally {
    await model.close();
  }
}
