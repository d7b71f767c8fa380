import type { ConstantMatrix } from './multiplications.js';

/** Share of a channel's size that moves from the activations into the weights; the published method's usual value. */
const MIGRATION = 0.5;

/** Below this a channel counts as silent, and is left as it is. */
const SILENT = 1e-5;

/**
 * What each channel of activations `[K]` is divided by, and the matching rows of the matrices multiplied by, before both
 * are rounded. A few channels of a transformer are tens of times larger than the rest; in bytes with one scale for a
 * whole row they would leave the others a step or two. Weights have room for them. Undefined where no peaks are
 * known.
 *
 * Source of the method: Xiao et al., "SmoothQuant", https://arxiv.org/abs/2211.10438, equation 4.
 */
export function smoothing(
  peaks: Float32Array | undefined,
  matrices: readonly ConstantMatrix[],
): Float32Array | undefined {
  if (!peaks?.some((peak) => peak >= SILENT)) return undefined;
  const weights = largestOfRows(matrices, peaks.length);
  return peaks.map((peak, channel) => {
    const weight = weights[channel] ?? 0;
    return peak < SILENT || weight < SILENT ? 1 : peak ** MIGRATION / weight ** (1 - MIGRATION);
  });
}

/** The largest absolute weight of each row over all the matrices. */
function largestOfRows(matrices: readonly ConstantMatrix[], rows: number): Float32Array {
  const largest = new Float32Array(rows);
  for (const { values, columns, byColumn } of matrices) {
    const [rowStep, columnStep] = byColumn ? [1, rows] : [columns, 1];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const weight = Math.abs(values[row * rowStep + column * columnStep] ?? 0);
        if (weight > (largest[row] ?? 0)) largest[row] = weight;
      }
    }
  }
  return largest;
}
