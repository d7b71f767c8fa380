/**
 * How far any number of a rewritten tower's vector may be from the original's, both scaled to unit length: the noise of
 * float32 sums in another order, a hundredth of what would move a score's third decimal.
 */
export const REWRITE_MAX_ABS = 1e-5;

/** What a quantised tower must reach against float32 on the sample inputs, or it is not made. */
export const MIN_FIDELITY = { cosineMean: 0.999, cosineMin: 0.99 } as const;

/**
 * How far any number of a quantised tower's vector, scaled to unit length, may move with the other items of its batch.
 * What is found is 0; a processor whose kernels sum a row otherwise beside others is not to go unnoticed.
 */
export const BATCH_MAX_ABS = 1e-5;
