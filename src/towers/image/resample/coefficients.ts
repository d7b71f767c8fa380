/** Fraction bits of a coefficient: 32 less 8 for the pixel and 2 to spare, as `PRECISION_BITS` in Pillow. */
export const PRECISION_BITS = 22;

/** The filter of one axis: which source pixels make each target pixel, and with what weight. */
export interface Coefficients {
  /** First source pixel of each target pixel. */
  readonly starts: Int32Array;
  /** How many source pixels each target pixel takes. */
  readonly counts: Int32Array;
  /** `[targets, stride]` in fixed point of `PRECISION_BITS`, zero after `counts`. */
  readonly weights: Int32Array;
  readonly stride: number;
}

export type FilterName = keyof typeof FILTERS;

const FILTERS = {
  bilinear: { support: 1, weigh: (x: number): number => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weigh: bicubic },
} as const;

/**
 * The coefficients for target pixels `[first, first + count)` when `source` pixels become `target`, by the rules of
 * Pillow's `src/libImaging/Resample.c`: a filter widened by the scale when shrinking, taps that fall outside the image
 * left out and the rest made to sum to one, then rounded half away from zero.
 */
export function computeCoefficients(
  source: number,
  target: number,
  first: number,
  count: number,
  filter: FilterName,
): Coefficients {
  const { support: radius, weigh } = FILTERS[filter];
  const scale = source / target;
  const filterScale = Math.max(1, scale);
  const support = radius * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(count);
  const counts = new Int32Array(count);
  const weights = new Int32Array(count * stride);
  const exact = new Float64Array(stride);
  for (let i = 0; i < count; i++) {
    const centre = (first + i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const taps = Math.min(source, Math.trunc(centre + support + 0.5)) - start;
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      // Multiplied by the inverse, as Pillow does: a division would differ in the last bit.
      const weight = weigh((k + start - centre + 0.5) * (1 / filterScale));
      exact[k] = weight;
      sum += weight;
    }
    for (let k = 0; k < taps; k++)
      weights[i * stride + k] = toFixedPoint(sum === 0 ? exact[k]! : exact[k]! / sum);
    starts[i] = start;
    counts[i] = taps;
  }
  return { starts, counts, weights, stride };
}

/** Keys' cubic convolution with a = -0.5. */
function bicubic(x: number): number {
  const a = -0.5;
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return (((d - 5) * d + 8) * d - 4) * a;
  return 0;
}

function toFixedPoint(weight: number): number {
  const scaled = weight * (1 << PRECISION_BITS);
  return Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}
