import { invalidSound } from './decode/invalid-sound.js';
import type { ClipSettings } from './settings.js';
import type { Spectrogram, SpectrogramSettings } from './signal/spectrogram.js';

/** A sound at the rate that the model wants: the mean of its channels, and the first one. */
export interface HeardSound {
  readonly samples: Float32Array;
  readonly first: Float32Array;
}

interface Clip {
  readonly start: number;
  /** The first sample after it. */
  readonly end: number;
}

/**
 * Where the clips of a sound of so many samples lie: evenly spread, each cut off at the sound's end. One of at most a clip's
 * length is one clip, since all of them would be the whole sound.
 *
 * The reference takes the sound's length as a double of seconds, and computes with it as an exact fraction: so is it done here, as
 * plain doubles are one sample off for every seventh length.
 * Source: `ConstantClipsPerVideoSampler` of pytorchvideo: data/clip_sampling.py, of 2022 with `reachesEnd`, of 0.1.5 without.
 */
export function clipsOf(length: number, rate: number, { seconds, count, reachesEnd }: ClipSettings): Clip[] {
  const size = seconds * rate;
  if (length <= size) return [{ start: 0, end: length }];
  const { numerator, denominator } = toFraction(length / rate);
  const spare = numerator - BigInt(seconds) * denominator;
  const parts = BigInt(Math.max(1, reachesEnd ? count - 1 : count));
  return Array.from({ length: count }, (_, at) => {
    const start = Number((spare * BigInt(at) * BigInt(rate)) / (denominator * parts));
    return { start, end: Math.min(start + size, length) };
  });
}

/** A finite double of 0 or more, exactly. */
function toFraction(value: number): { numerator: bigint; denominator: bigint } {
  let denominator = 1n;
  while (!Number.isInteger(value)) {
    value *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(value), denominator };
}

/**
 * The clips of a sound as ImageBind hears them, each `bands × columns` and one after the other in one buffer: from each clip the
 * mean of all its channels is taken off, then its first channel becomes a spectrogram, cut or filled up with zeros, and scaled.
 * The mean is taken off in place, as in the reference: where clips overlap, the next one begins with what is left.
 * @param sound Changed.
 * @throws HandspringError `invalid_media` for a sound that is shorter than a frame.
 * Source: facebookresearch/ImageBind, imagebind/data.py (`waveform2melspec`, `load_and_transform_audio_data`).
 */
export function clipRowsOf(
  sound: HeardSound,
  { rate, frame, mel }: SpectrogramSettings,
  settings: ClipSettings,
  spectrogram: (samples: Float32Array) => Spectrogram,
): Float32Array<ArrayBuffer> {
  const { length } = sound.samples;
  if (length < frame)
    throw invalidSound(
      'too_short',
      `a sound of at least ${frame} samples at ${rate} Hz (${(1000 * frame) / rate} ms)`,
      String(length),
    );
  const clips = clipsOf(length, rate, settings);
  const size = mel.bands * settings.columns;
  const rows = new Float32Array(clips.length * size);
  clips.forEach(({ start, end }, at) => {
    takeMeanOff(sound, start, end);
    fill(rows.subarray(at * size, (at + 1) * size), spectrogram(sound.first.subarray(start, end)), settings);
  });
  return rows;
}

function takeMeanOff({ samples, first }: HeardSound, start: number, end: number): void {
  let sum = 0;
  for (let at = start; at < end; at++) sum += samples[at]!;
  const mean = sum / (end - start);
  for (const channel of new Set([samples, first])) for (let at = start; at < end; at++) channel[at]! -= mean;
}

/** Band by band; columns that the sound is too short for are zeros before they are scaled. */
function fill(
  row: Float32Array,
  { frames, bands, values }: Spectrogram,
  { columns, mean, std }: ClipSettings,
): void {
  for (let band = 0; band < bands; band++)
    for (let column = 0; column < columns; column++) {
      const value = column < frames ? values[column * bands + band]! : 0;
      row[band * columns + column] = (value - mean) / std;
    }
}
