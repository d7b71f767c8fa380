import { agreementOf } from './agreement.js';
import { openModel, rowsOf, type SampleInput, type SessionOptions, toFeeds } from './session.js';

/** How near an item's vector in a batch is to its vector alone. */
export interface BatchAgreement {
  readonly items: number;
  readonly cosineMin: number;
  /** The largest difference of any one number, the vectors scaled to unit length. */
  readonly maxAbs: number;
}

/**
 * Runs each batch as a whole and item by item, and compares. Undefined where the inputs have no batch of several, or
 * fewer than three items in them. Blocks the thread that calls it.
 */
export async function batchAgreement(
  model: string | Uint8Array,
  inputs: readonly SampleInput[],
  options: SessionOptions = {},
): Promise<BatchAgreement | undefined> {
  const batches = inputs.filter((input) => countOf(input) > 1);
  if (batches.reduce((sum, input) => sum + countOf(input), 0) < 3) return undefined;
  const session = await openModel(model, options);
  try {
    const together: Float32Array[] = [];
    const alone: Float32Array[] = [];
    for (const input of batches) {
      together.push(...(await rowsOf(session, toFeeds(input))));
      for (const item of itemsOf(input)) alone.push(...(await rowsOf(session, toFeeds(item))));
    }
    const { items, cosineMin, maxAbs } = agreementOf(alone, together);
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
