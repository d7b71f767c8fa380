/** A function that gives the squared magnitudes of a real signal's spectrum. */
export type PowerSpectrum = (samples: Float64Array, power: Float64Array) => void;

/**
 * The power spectrum of `size` real samples: `size / 2 + 1` numbers, from 0 Hz to half the rate. Two neighbouring samples go
 * through a complex transform of half the size as one number, and are told apart after it by symmetry. All in float64.
 * @param size A power of two, 4 or more.
 * @returns A function of `size` samples, which it leaves alone, and of a place for the result. It keeps buffers of its own,
 * so it is one thread's.
 */
export function powerSpectrum(size: number): PowerSpectrum {
  if (size < 4 || !Number.isInteger(Math.log2(size)))
    throw new RangeError(`size: expected a power of two from 4 on, received ${size}`);
  const half = size / 2;
  const real = new Float64Array(half);
  const imaginary = new Float64Array(half);
  const places = bitReversed(half);
  const cosines = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sines = Float64Array.from({ length: half }, (_, k) => Math.sin((2 * Math.PI * k) / size));

  return (samples, power) => {
    for (let k = 0; k < half; k++) {
      const place = places[k]!;
      real[place] = samples[2 * k]!;
      imaginary[place] = samples[2 * k + 1]!;
    }
    transform(real, imaginary, cosines, sines);
    // Of the half-size transform z: even[k] = (z[k] + conj z[half-k]) / 2, odd[k] = (z[k] - conj z[half-k]) / 2i.
    power[0] = (real[0]! + imaginary[0]!) ** 2;
    power[half] = (real[0]! - imaginary[0]!) ** 2;
    for (let k = 1; k < half; k++) {
      const mirror = half - k;
      const evenReal = (real[k]! + real[mirror]!) / 2;
      const evenImaginary = (imaginary[k]! - imaginary[mirror]!) / 2;
      const oddReal = (imaginary[k]! + imaginary[mirror]!) / 2;
      const oddImaginary = (real[mirror]! - real[k]!) / 2;
      const x = evenReal + cosines[k]! * oddReal + sines[k]! * oddImaginary;
      const y = evenImaginary + cosines[k]! * oddImaginary - sines[k]! * oddReal;
      power[k] = x * x + y * y;
    }
  };
}

/**
 * A complex transform in place, of numbers in bit-reversed order (Cooley and Tukey 1965).
 * @param cosines Of half the circle in as many steps as there are numbers; `sines` likewise.
 */
function transform(
  real: Float64Array,
  imaginary: Float64Array,
  cosines: Float64Array,
  sines: Float64Array,
): void {
  const size = real.length;
  for (let span = 1; span < size; span *= 2) {
    const step = size / span;
    for (let start = 0; start < size; start += 2 * span) {
      for (let k = 0; k < span; k++) {
        const [a, b] = [start + k, start + k + span];
        const cosine = cosines[k * step]!;
        const sine = sines[k * step]!;
        const x = cosine * real[b]! + sine * imaginary[b]!;
        const y = cosine * imaginary[b]! - sine * real[b]!;
        real[b] = real[a]! - x;
        imaginary[b] = imaginary[a]! - y;
        real[a]! += x;
        imaginary[a]! += y;
      }
    }
  }
}

/** For each place the one whose binary digits are its own in reverse. */
function bitReversed(size: number): Uint32Array {
  const places = new Uint32Array(size);
  for (let k = 1; k < size; k++) places[k] = (places[k >> 1]! >> 1) + (k & 1 ? size / 2 : 0);
  return places;
}
