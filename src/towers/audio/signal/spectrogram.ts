import { powerSpectrum } from './fft.js';
import { melTriangles } from './mel.js';
import type { MelSettings, Triangle } from './mel.js';

/** How sound becomes the picture that a model sees: frames of it, each as the loudness of its frequency bands. */
export interface SpectrogramSettings {
  /** Samples a second that the model wants. */
  readonly rate: number;
  /** Samples in a frame, and from the start of one to the next. */
  readonly frame: number;
  readonly hop: number;
  /** Of the transform: a power of two, `frame` or more; zeros fill it up. */
  readonly size: number;
  /** Hann's window, over `frame` samples from zero to zero (`symmetric`), or as one period of it. */
  readonly window: 'symmetric' | 'periodic';
  /** Whether a frame's mean is taken off first. */
  readonly removeMean: boolean;
  /** How much of the sample before is taken off each sample, the first's own from the first; 0 for nothing. */
  readonly preEmphasis: number;
  /** Whether frames lie around multiples of `hop`, with the sound mirrored at both ends, instead of from them on. */
  readonly centred: boolean;
  readonly power: 1 | 2;
  readonly mel: MelSettings;
  /** `floor`: ln(max(x, value)); `offset`: ln(x + value); `decibels`: 10 log10(max(x, value)). */
  readonly log: { readonly kind: 'floor' | 'offset' | 'decibels'; readonly value: number };
}

export interface Spectrogram {
  readonly frames: number;
  readonly bands: number;
  /** `frames × bands`, frame by frame. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** A function that makes spectrograms of mono sounds at the settings' rate. It keeps buffers: it is one thread's. */
export function spectrogramOf(settings: SpectrogramSettings): (samples: Float32Array) => Spectrogram {
  const { frame, hop, size, rate, mel, centred, power } = settings;
  const window = hann(frame, settings.window);
  const spectrum = powerSpectrum(size);
  const triangles = melTriangles(mel, rate, size);
  const framed = new Float64Array(size);
  const bins = new Float64Array(size / 2 + 1);
  return (samples) => {
    const frames = countFrames(samples.length, settings);
    const values = new Float32Array(frames * mel.bands);
    for (let at = 0; at < frames; at++) {
      cut(samples, at * hop - (centred ? size / 2 : 0), framed, settings);
      for (let k = 0; k < frame; k++) framed[k]! *= window[k]!;
      spectrum(framed, bins);
      if (power === 1) for (let k = 0; k < bins.length; k++) bins[k] = Math.sqrt(bins[k]!);
      for (let band = 0; band < mel.bands; band++)
        values[at * mel.bands + band] = logOf(sumOf(triangles[band]!, bins), settings.log);
    }
    return { frames, bands: mel.bands, values };
  };
}

/** Whole frames in so many samples. */
export function countFrames(length: number, { frame, hop, centred }: SpectrogramSettings): number {
  if (centred) return 1 + Math.floor(length / hop);
  return length < frame ? 0 : 1 + Math.floor((length - frame) / hop);
}

/** Copies a frame, mirrored where it lies beyond the sound's ends, and takes off its mean and what its settings say. */
function cut(
  samples: Float32Array,
  start: number,
  framed: Float64Array,
  { frame, removeMean, preEmphasis }: SpectrogramSettings,
): void {
  for (let k = 0; k < frame; k++) framed[k] = samples[mirrored(start + k, samples.length)]!;
  if (removeMean) {
    let mean = 0;
    for (let k = 0; k < frame; k++) mean += framed[k]! / frame;
    for (let k = 0; k < frame; k++) framed[k]! -= mean;
  }
  if (preEmphasis !== 0) {
    for (let k = frame - 1; k > 0; k--) framed[k]! -= preEmphasis * framed[k - 1]!;
    framed[0]! -= preEmphasis * framed[0]!;
  }
}

/** The place that is seen in a mirror at the first or the last sample, which themselves are seen once. */
function mirrored(at: number, length: number): number {
  if (at >= 0 && at < length) return at;
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const within = ((at % period) + period) % period;
  return within < length ? within : period - within;
}

function hann(length: number, kind: SpectrogramSettings['window']): Float64Array {
  const period = kind === 'periodic' ? length : length - 1;
  return Float64Array.from({ length }, (_, k) => 0.5 - 0.5 * Math.cos((2 * Math.PI * k) / period));
}

function sumOf({ from, weights }: Triangle, bins: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += weights[k]! * bins[from + k]!;
  return sum;
}

function logOf(x: number, { kind, value }: SpectrogramSettings['log']): number {
  switch (kind) {
    case 'floor':
      return Math.log(Math.max(x, value));
    case 'offset':
      return Math.log(x + value);
    case 'decibels':
      return 10 * Math.log10(Math.max(x, value));
  }
}
