/** Zero crossings of the kernel on each side, and which part of the lower half rate passes. */
const CROSSINGS = 6;
const ROLL_OFF = 0.99;

/**
 * The sound at another rate, as `torchaudio.functional.resample` gives it with its defaults: a windowed sinc (Hann's window
 * over six zero crossings on each side, roll-off 0.99), one kernel for each place between two input samples that an output
 * sample can have. Kernels and sums are float64.
 * @param samples Of one channel.
 * @param from Samples a second, whole; `to` likewise.
 * @returns ⌈length × to / from⌉ samples; the input itself where the rates are equal.
 */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const divisor = greatestCommonDivisor(from, to);
  const [step, phases] = [from / divisor, to / divisor];
  const kernels = kernelsFor(step, phases);
  const result = new Float32Array(Math.ceil((samples.length * phases) / step));
  for (let at = 0; at < result.length; at++) {
    const phase = at % phases;
    const { first, weights } = (kernels[phase] ??= kernelOf(phase, step, phases));
    const start = Math.floor(at / phases) * step + first;
    const end = Math.min(weights.length, samples.length - start);
    let sum = 0;
    for (let k = Math.max(0, -start); k < end; k++) sum += weights[k]! * samples[start + k]!;
    result[at] = sum;
  }
  return result;
}

interface Kernel {
  /** Its first input sample, counted from the last one that is not after the first output sample of its block. */
  readonly first: number;
  readonly weights: Float64Array;
}

/** Kernels of the last pair of rates, by phase, as sounds of one folder often have the same. */
let last:
  { readonly step: number; readonly phases: number; readonly kernels: (Kernel | undefined)[] } | undefined;

function kernelsFor(step: number, phases: number): (Kernel | undefined)[] {
  if (last?.step !== step || last.phases !== phases) last = { step, phases, kernels: [] };
  return last.kernels;
}

/** Output sample `phase` of a block of `phases`, which lie over `step` input samples. */
function kernelOf(phase: number, step: number, phases: number): Kernel {
  const cutoff = Math.min(step, phases) * ROLL_OFF;
  const reach = (CROSSINGS * step) / cutoff;
  const centre = (phase * step) / phases;
  const first = Math.ceil(centre - reach);
  const count = Math.floor(centre + reach) - first + 1;
  const weights = Float64Array.from({ length: count }, (_, k) => {
    const t = ((first + k) / step - phase / phases) * cutoff;
    const x = Math.PI * Math.max(-CROSSINGS, Math.min(t, CROSSINGS));
    const window = Math.cos(x / CROSSINGS / 2) ** 2;
    return (x === 0 ? 1 : Math.sin(x) / x) * window * (cutoff / step);
  });
  return { first, weights };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
