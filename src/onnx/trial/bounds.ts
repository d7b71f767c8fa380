import type { BatchAgreement } from './batch-agreement.js';
import type { Comparison } from './compare-models.js';

/**
 * How far any number of a rewritten tower's vector may be from the original's, both scaled to unit length: the noise of
 * float32 sums in another order, a hundredth of what would move a score's third decimal.
 */
export const REWRITE_MAX_ABS = 1e-5;

/** What a quantised tower must reach against float32 on the samples, or it is not made. */
export const MIN_FIDELITY = { cosineMean: 0.999, cosineMin: 0.99 } as const;

/**
 * How far any number of a quantised tower's vector, scaled to unit length, may move with the other items of its batch.
 * What is found is 0; a processor whose kernels sum a row otherwise beside others is not to go unnoticed.
 */
export const BATCH_MAX_ABS = 1e-5;

/** Why the vectors are too far from float32; undefined if they are not. A cosine that is no number is too far. */
export function whyUnfaithful({ cosineMean, cosineMin }: Comparison): string | undefined {
  if (cosineMean >= MIN_FIDELITY.cosineMean && cosineMin >= MIN_FIDELITY.cosineMin) return undefined;
  return (
    `expected a cosine to float32 of at least ${MIN_FIDELITY.cosineMean} on average and ` +
    `${MIN_FIDELITY.cosineMin} at worst, received ${cosineMean.toFixed(5)} and ${cosineMin.toFixed(5)}`
  );
}

/** How far a vector moves with its neighbours, if that is too far. */
export function whyDependent(batching: BatchAgreement | undefined): string | undefined {
  if (batching === undefined || batching.maxAbs <= BATCH_MAX_ABS) return undefined;
  return (
    `expected a vector to be the same in a batch and alone to ${BATCH_MAX_ABS}, ` +
    `received a difference of ${batching.maxAbs.toExponential(1)}`
  );
}
