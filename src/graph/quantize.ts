import { readFile } from 'node:fs/promises';
import { batchAgreement } from './batching.js';
import { type BlockSize, quantizeMatMuls } from './block-int8.js';
import { cardPathOf, makeCard, type QuantizationCard } from './card.js';
import { type CompareOptions, compareModels, type Comparison } from './compare.js';
import type { SampleInput } from './session.js';
import { Graph } from './graph.js';
import { writeChecked, writeChunks } from './model-file.js';
import { modelChunks, type OnnxModel, parseModel } from './onnx-file.js';
import { MIN_FIDELITY } from './parity.js';

export interface QuantizeOptions {
  /** Weights that share one scale. */
  readonly block?: BlockSize;
  /** Matrices of fewer weights stay float32. */
  readonly minWeights?: number;
}

/** Block 128 is faster and smaller; MiniLM's vectors of 200 captions keep a mean cosine of 0.9992 with it. */
const DEFAULTS = { block: 128, minWeights: 65_536 } as const;

function quantizeInPlace(model: OnnxModel, options: Required<QuantizeOptions>): number {
  const graph = new Graph(model);
  return graph.hasSubgraphs ? 0 : quantizeMatMuls(graph, options);
}

export interface QuantizeJob extends QuantizeOptions, CompareOptions {
  readonly from: string;
  readonly to: string;
  /** The float32 model to be measured against; `from` if left out, which may be an optimised form of it. */
  readonly reference?: string;
  /** Real inputs of the tower, at least three items in all. */
  readonly inputs: readonly SampleInput[];
}

/**
 * Writes the quantised model to `to` and a card beside it, and answers the card. Throws, and writes neither, if there
 * is nothing to quantise or if the vectors are further from the float32 model's than `MIN_FIDELITY` allows. Blocks its
 * thread for seconds: `inBackground('quantizeFile', job)` runs it in a thread of its own.
 */
export async function quantizeFile(job: QuantizeJob): Promise<QuantizationCard> {
  const { from, to, inputs, reference = from } = job;
  const settings = { block: job.block ?? DEFAULTS.block, minWeights: job.minWeights ?? DEFAULTS.minWeights };
  let matrices = 0;
  const write = async (part: string) => {
    const model = parseModel(await readFile(from));
    matrices = quantizeInPlace(model, settings);
    if (matrices === 0)
      throw new Error('model: expected a large constant float32 matrix to quantise, received none');
    await writeChunks(part, modelChunks(model));
  };
  const { card } = await writeChecked(to, write, async (part) => {
    const comparison = await compareModels(reference, part, inputs, job);
    assertFaithful(comparison);
    const batching = await batchAgreement(part, inputs, job);
    const card = await makeCard({
      reference,
      model: part,
      settings: { ...settings, matrices },
      comparison,
      batching,
    });
    return { kept: true, card };
  });
  const text = Buffer.from(`${JSON.stringify(card, null, 2)}\n`);
  await writeChecked(
    cardPathOf(to),
    (part) => writeChunks(part, [text]),
    () => Promise.resolve({ kept: true }),
  );
  return card;
}

/** Written so that a cosine that is no number fails too. */
function assertFaithful({ cosineMean, cosineMin }: Comparison): void {
  if (cosineMean >= MIN_FIDELITY.cosineMean && cosineMin >= MIN_FIDELITY.cosineMin) return;
  throw new Error(
    `model: expected a cosine to float32 of at least ${MIN_FIDELITY.cosineMean} on average and ` +
      `${MIN_FIDELITY.cosineMin} at worst, received ${cosineMean.toFixed(5)} and ${cosineMin.toFixed(5)}`,
  );
}
