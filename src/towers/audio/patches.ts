import type { PatchSettings } from './settings.js';
import type { Spectrogram, SpectrogramSettings } from './signal/spectrogram.js';

/**
 * The patches of a sound, `frames × bands` each and one after the other in one buffer: from every `hop` frames on, the sound
 * filled up with zeros to the last one's end; of a sound with more of them than `most`, as many, evenly spread.
 * @param samples Mono, at the settings' rate, one or more.
 */
export function patchesOf(
  samples: Float32Array,
  { frame, hop }: SpectrogramSettings,
  { frames, hop: step, most }: PatchSettings,
  spectrogram: (samples: Float32Array) => Spectrogram,
): Float32Array<ArrayBuffer> {
  const length = frame + (frames - 1) * hop;
  const stride = step * hop;
  const count = 1 + Math.ceil(Math.max(0, samples.length - length) / stride);
  const chosen = spread(count, most);
  const parts = chosen.map((patch) => {
    const piece = new Float32Array(length);
    piece.set(samples.subarray(patch * stride, patch * stride + length));
    return spectrogram(piece).values;
  });
  const size = parts[0]?.length ?? 0;
  const joined = new Float32Array(parts.length * size);
  parts.forEach((part, at) => joined.set(part, at * size));
  return joined;
}

/** The numbers from 0 to `count - 1`, or `most` of them with the first and the last, as even as whole numbers can be. */
function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, at) => at);
  if (most === 1) return [Math.floor((count - 1) / 2)];
  return Array.from({ length: most }, (_, at) => Math.round((at * (count - 1)) / (most - 1)));
}
