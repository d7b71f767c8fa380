import { writeChecked, writeChunks } from '../file/write.js';
import type { BlockSize } from '../int8/block-int8.js';
import type { QuantizationCard } from '../int8/card.js';
import { cardPathOf, makeCard } from '../int8/card.js';
import { channelPeaks } from '../int8/channel-peaks.js';
import type { Int8Scheme, Quantised, QuantizeSettings } from '../int8/quantize-model.js';
import { QUANTIZE_DEFAULTS, quantizeModel } from '../int8/quantize-model.js';
import type { CallSpec } from '../session/own-part.js';
import { batchAgreement } from '../trial/batch-agreement.js';
import { whyDependent, whyUnfaithful } from '../trial/bounds.js';
import type { CompareOptions } from '../trial/compare-models.js';
import { compareModels } from '../trial/compare-models.js';
import type { Samples } from '../trial/samples.js';
import { readTower, writeTower } from './tower-file.js';

export interface QuantizeJob extends CompareOptions {
  readonly from: string;
  readonly to: string;
  readonly scheme: Int8Scheme;
  /** The float32 model to be measured against; `from` if left out, which may be an optimised form of it. */
  readonly reference?: string;
  readonly call: CallSpec;
  /**
   * At least three rows in all to be judged by. By rows the first half of their batches is learned from, how large
   * channels get, and the second half judges.
   */
  readonly samples: Pick<Samples, 'rows'>;
  /** With the scheme of blocks: weights that share one scale. */
  readonly block?: BlockSize;
  /** Matrices of fewer weights stay float32. */
  readonly minWeights?: number;
}

/** What became of it: a model with its card, or the reason why none was written. */
export type QuantizeResult =
  | { readonly kept: true; readonly card: QuantizationCard }
  | { readonly kept: false; readonly reason: string };

/**
 * Writes the quantised model to `to` and a card beside it; neither if the vectors are further from the float32 model's
 * than `MIN_FIDELITY` allows, or move with their neighbours by more than `BATCH_MAX_ABS`. Blocks its thread for seconds:
 * `inBackground('quantizeFile', job)` runs it in a process of its own.
 * @throws Error if there is nothing to quantise, or a file cannot be read, run or written.
 */
export async function quantizeFile(job: QuantizeJob): Promise<QuantizeResult> {
  const { from, to, scheme, reference = from, call } = job;
  const { rows } = job.samples;
  const judges: Samples = scheme === 'rows' ? { rows, half: 'second' } : { rows };
  const settings = settingsOf(job);
  let quantised: Quantised = { matrices: 0, tables: 0 };
  const write = async (part: string) => {
    const tower = await readTower(from, call);
    const peaks = () => channelPeaks(tower, { rows, half: 'first' }, call, settings.minWeights, job);
    quantised = await quantizeModel(tower.model, settings, peaks);
    if (quantised.matrices === 0)
      throw new Error('model: expected a large constant float32 matrix to quantise, received none');
    await writeTower(part, tower);
  };
  const result = await writeChecked(to, write, async (part): Promise<QuantizeResult> => {
    const comparison = await compareModels(reference, part, judges, call, job);
    const distance = whyUnfaithful(comparison);
    if (distance !== undefined) return { kept: false, reason: distance };
    const batching = await batchAgreement(part, judges, call, job);
    const dependence = whyDependent(batching);
    if (dependence !== undefined) return { kept: false, reason: dependence };
    const format = scheme === 'rows' ? 'row-int8' : 'block-int8';
    const facts = { reference, model: part, format, comparison, batching } as const;
    return { kept: true, card: await makeCard({ ...facts, settings: { ...settings, ...quantised } }) };
  });
  if (result.kept) {
    const text = Buffer.from(`${JSON.stringify(result.card, null, 2)}\n`);
    await writeChecked(
      cardPathOf(to),
      (part) => writeChunks(part, [text]),
      () => Promise.resolve({ kept: true }),
    );
  }
  return result;
}

function settingsOf({ scheme, block, minWeights }: QuantizeJob): QuantizeSettings {
  const { minWeights: least, block: usual } = QUANTIZE_DEFAULTS;
  const common = { minWeights: minWeights ?? least };
  return scheme === 'rows' ? common : { ...common, block: block ?? usual };
}
