/**
 * How near a vector must come to the one that Python computes from the same input. The differences left are the order of
 * sums in float32: torch and ONNX Runtime, one instruction set and another, one batch size and another.
 */

/** Largest difference of one number, as a share of the vector's length. The largest seen is 5.6e-7. */
export const REFERENCE_MAX_ABS = 2e-6;

export const REFERENCE_MIN_COSINE = 0.999999;

/**
 * The same for a model of 16-bit floats against the reference in 32: weights and sums rounded to 11 bits. The largest seen
 * is 3.2e-3. It is the file's precision, not the service's.
 */
export const HALF_MAX_ABS = 5e-3;
