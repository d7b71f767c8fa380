import { readFile } from 'node:fs/promises';
import { type BatchAgreement, batchAgreement, type SampleBatch } from '../trial/batching.js';
import { type BlockSize, quantizeBlockwise } from './block-int8.js';
import { channelPeaks } from './channel-peaks.js';
import { cardPathOf, makeCard, type QuantizationCard } from './card.js';
import { type CompareOptions, compareModels, type Comparison } from '../trial/compare.js';
import type { SampleInput } from '../session/session.js';
import { Graph } from '../rewrite/graph.js';
import { writeChecked, writeChunks } from '../file/write.js';
import { modelChunks, type OnnxModel, parseModel } from '../file/decoded-model.js';
import { BATCH_MAX_ABS, MIN_FIDELITY } from '../trial/parity.js';
import { quantizeRows } from './row-int8.js';

/**
 * How weights become bytes. `rows`: whole numbers on both sides, a scale for each column of weights and each row of
 * activations; the fastest, where the processor multiplies unsigned by signed bytes without loss. `blocks`: a scale for
 * each block of weights; for any processor.
 */
export type Int8Scheme = 'rows' | 'blocks';

/** By rows. Nothing of it can be set but what it learns from. */
interface RowsOptions {
  readonly scheme: 'rows';
  /** Inputs to learn from how large channels get, which it is not judged by; without them nothing is smoothed. */
  readonly calibration?: readonly SampleInput[];
}

interface BlocksOptions {
  readonly scheme: 'blocks';
  /** Weights that share one scale. */
  readonly block?: BlockSize;
}

/** Block 128 is faster and smaller than 32; MiniLM's vectors of 200 captions keep a mean cosine of 0.9992 with it. */
export const QUANTIZE_DEFAULTS = { block: 128, minWeights: 65_536 } as const;

interface CommonOptions extends CompareOptions {
  readonly from: string;
  readonly to: string;
  /** The float32 model to be measured against; `from` if left out, which may be an optimised form of it. */
  readonly reference?: string;
  /** Real inputs of the tower that it is judged by, at least three items in all. */
  readonly samples: readonly SampleBatch[];
  /** Matrices of fewer weights stay float32. */
  readonly minWeights?: number;
}

export type QuantizeJob = CommonOptions & (RowsOptions | BlocksOptions);

/** What became of it: a model with its card, or the reason why none was written. */
export type QuantizeResult =
  | { readonly kept: true; readonly card: QuantizationCard }
  | { readonly kept: false; readonly reason: string };

/**
 * Writes the quantised model to `to` and a card beside it; neither if the vectors are further from the float32 model's
 * than `MIN_FIDELITY` allows, or move with their neighbours by more than `BATCH_MAX_ABS`. Throws if there is nothing to
 * quantise. Blocks its thread for seconds: `inBackground('quantizeFile', job)` runs it in a process of its own.
 */
export async function quantizeFile(job: QuantizeJob): Promise<QuantizeResult> {
  const { from, to, samples, reference = from } = job;
  const settings = settingsOf(job);
  let matrices = 0;
  const write = async (part: string) => {
    const bytes = await readFile(from);
    const model = parseModel(bytes);
    matrices = await quantizeInPlace(bytes, model, job, settings);
    if (matrices === 0)
      throw new Error('model: expected a large constant float32 matrix to quantise, received none');
    await writeChunks(part, modelChunks(model));
  };
  const result = await writeChecked(to, write, async (part): Promise<QuantizeResult> => {
    const inputs = samples.map(({ together }) => together);
    const comparison = await compareModels(reference, part, inputs, job);
    const distance = unfaithful(comparison);
    if (distance !== undefined) return { kept: false, reason: distance };
    const batching = await batchAgreement(part, samples, job);
    const dependence = dependent(batching);
    if (dependence !== undefined) return { kept: false, reason: dependence };
    const format = job.scheme === 'rows' ? 'row-int8' : 'block-int8';
    const facts = {
      reference,
      model: part,
      format,
      settings: { ...settings, matrices },
      comparison,
      batching,
    } as const;
    return { kept: true, card: await makeCard(facts) };
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

/** How it is made, as the card tells it. */
interface QuantizeSettings {
  readonly minWeights: number;
  /** With the scheme of blocks. */
  readonly block?: BlockSize;
}

function settingsOf(job: QuantizeJob): QuantizeSettings {
  const { minWeights = QUANTIZE_DEFAULTS.minWeights } = job;
  return job.scheme === 'rows' ? { minWeights } : { minWeights, block: job.block ?? QUANTIZE_DEFAULTS.block };
}

/** Answers how many matrices were quantised; none in a model with graphs inside its nodes, which is left alone. */
async function quantizeInPlace(
  bytes: Uint8Array,
  model: OnnxModel,
  job: QuantizeJob,
  { minWeights, block }: QuantizeSettings,
): Promise<number> {
  const graph = new Graph(model);
  if (graph.hasSubgraphs) return 0;
  if (block !== undefined) return quantizeBlockwise(graph, { block, minWeights });
  const calibration = job.scheme === 'rows' ? (job.calibration ?? []) : [];
  const peaks = await channelPeaks(bytes, calibration, minWeights, job);
  return quantizeRows(graph, { minWeights, peaks });
}

/** Why the vectors are too far from float32; undefined if they are not. A cosine that is no number is too far. */
function unfaithful({ cosineMean, cosineMin }: Comparison): string | undefined {
  if (cosineMean >= MIN_FIDELITY.cosineMean && cosineMin >= MIN_FIDELITY.cosineMin) return undefined;
  return (
    `expected a cosine to float32 of at least ${MIN_FIDELITY.cosineMean} on average and ` +
    `${MIN_FIDELITY.cosineMin} at worst, received ${cosineMean.toFixed(5)} and ${cosineMin.toFixed(5)}`
  );
}

/** How far a vector moves with its neighbours, if that is too far. */
function dependent(batching: BatchAgreement | undefined): string | undefined {
  if (batching === undefined || batching.maxAbs <= BATCH_MAX_ABS) return undefined;
  return (
    `expected a vector to be the same in a batch and alone to ${BATCH_MAX_ABS}, ` +
    `received a difference of ${batching.maxAbs.toExponential(1)}`
  );
}
