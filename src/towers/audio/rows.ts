import { clipRowsOf } from './clips.js';
import { patchesOf } from './patches.js';
import type { AudioSettings } from './settings.js';
import { countFrames } from './signal/spectrogram.js';
import type { Spectrogram } from './signal/spectrogram.js';
import { windowsOf } from './windows.js';

/** Of one row of the encoder. */
export function rowShape({ cut, spectrogram }: AudioSettings): number[] {
  const { bands } = spectrogram.mel;
  if (cut.kind === 'clips') return [1, bands, cut.columns];
  // CLAP's picture has a channel, of which models with fusion have four
  return cut.kind === 'patches' ? [cut.frames, bands] : [1, countFrames(cut.samples, spectrogram), bands];
}

/**
 * The rows that a sound becomes, one after the other in one buffer.
 * @param samples Mono, at the settings' rate, one or more.
 * @param spectrogram Of the settings.
 * @param first The first channel alone, for clips. Both are changed then.
 * @throws HandspringError `invalid_media` for a sound that is too short.
 */
export function rowsOf(
  samples: Float32Array,
  settings: AudioSettings,
  spectrogram: (samples: Float32Array) => Spectrogram,
  first = samples,
): Float32Array<ArrayBuffer> {
  const { cut } = settings;
  if (cut.kind === 'clips') return clipRowsOf({ samples, first }, settings.spectrogram, cut, spectrogram);
  const pieces =
    cut.kind === 'patches' ? patchesOf(samples, settings.spectrogram, cut) : windowsOf(samples, cut);
  return join(pieces, spectrogram);
}

function join(
  pieces: readonly Float32Array[],
  spectrogram: (samples: Float32Array) => Spectrogram,
): Float32Array<ArrayBuffer> {
  const parts = pieces.map((piece) => spectrogram(piece).values);
  const size = parts[0]?.length ?? 0;
  const joined = new Float32Array(parts.length * size);
  parts.forEach((part, at) => joined.set(part, at * size));
  return joined;
}
