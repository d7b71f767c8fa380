import type { PatchSettings } from './settings.js';
import type { SpectrogramSettings } from './signal/spectrogram.js';

/**
 * The samples of a sound's patches: of one with more of them than `most`, as many, evenly spread.
 * @param samples One or more.
 */
export function patchesOf(
  samples: Float32Array,
  { frame, hop }: Pick<SpectrogramSettings, 'frame' | 'hop'>,
  { frames, hop: step, most }: PatchSettings,
): Float32Array[] {
  const length = frame + (frames - 1) * hop;
  const stride = step * hop;
  const count = 1 + Math.ceil(Math.max(0, samples.length - length) / stride);
  return spread(count, most).map((patch) => {
    const piece = new Float32Array(length);
    piece.set(samples.subarray(patch * stride, patch * stride + length));
    return piece;
  });
}

/** The numbers from 0 to `count - 1`, or `most` of them with the first and the last, as even as whole numbers can be. */
function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, at) => at);
  if (most === 1) return [Math.floor((count - 1) / 2)];
  return Array.from({ length: most }, (_, at) => Math.round((at * (count - 1)) / (most - 1)));
}
