import { agreementOf } from './agreement.js';
import { openModel, rowsOf, type SampleInput, type SessionOptions, toFeeds } from '../session/session.js';

/** How near an item's vector in a batch is to its vector alone. */
export interface BatchAgreement {
  readonly items: number;
  readonly cosineMin: number;
  /** The largest difference of any one number, the vectors scaled to unit length. */
  readonly maxAbs: number;
}

/** A batch, and its items one by one: as wide as in the batch, or as they are padded when they come alone. */
export interface SampleBatch {
  readonly together: SampleInput;
  readonly alone: readonly SampleInput[];
}

/**
 * Runs each batch as a whole and item by item, and compares. Undefined where the samples have no batch of several, or
 * fewer than three items in them. Blocks the thread that calls it.
 */
export async function batchAgreement(
  model: string | Uint8Array,
  samples: readonly SampleBatch[],
  options: SessionOptions = {},
): Promise<BatchAgreement | undefined> {
  const batches = samples.filter(({ alone }) => alone.length > 1);
  if (batches.reduce((sum, { alone }) => sum + alone.length, 0) < 3) return undefined;
  const session = await openModel(model, options);
  try {
    const inBatches: Float32Array[] = [];
    const byThemselves: Float32Array[] = [];
    for (const { together, alone } of batches) {
      inBatches.push(...(await rowsOf(session, toFeeds(together))).slice(0, alone.length));
      for (const item of alone) byThemselves.push(...(await rowsOf(session, toFeeds(item))).slice(0, 1));
    }
    const { items, cosineMin, maxAbs } = agreementOf(byThemselves, inBatches);
    return { items, cosineMin, maxAbs };
  } finally {
    await session.release();
  }
}

/** A batch as one batch per item, each as wide as before. */
export function itemsOf(input: SampleInput): SampleInput[] {
  return Array.from({ length: countOf(input) }, (_, item) => {
    const tensors = Object.entries(input).map(([name, { data, dims }]) => {
      const size = data.length / (dims[0] ?? 1);
      return [
        name,
        { data: data.slice(item * size, (item + 1) * size), dims: [1, ...dims.slice(1)] },
      ] as const;
    });
    return Object.fromEntries(tensors);
  });
}

function countOf(input: SampleInput): number {
  return Object.values(input)[0]?.dims[0] ?? 0;
}
