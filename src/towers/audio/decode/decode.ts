import { decodeCompressed } from './compressed.js';
import { recogniseSound } from './format.js';
import { MonoSink } from './sound.js';
import type { MonoSound } from './sound.js';
import { decodeWav } from './wav.js';

export interface SoundLimits {
  /** Longest sound, in seconds at 48 kHz; of those at a higher rate fewer, as memory is what it bounds. */
  readonly maxSeconds: number;
  /** Whether its first channel is wanted too, apart from the mean of all. */
  readonly keepsFirst?: boolean;
}

/**
 * A file of sound as the mean of its channels, at its own rate.
 * @throws HandspringError `invalid_media` with an `InvalidSoundReason`.
 */
export async function decodeSound(bytes: Uint8Array, limits: SoundLimits): Promise<MonoSound> {
  const format = recogniseSound(bytes);
  const sink = new MonoSink(limits);
  if (format === 'WAV') decodeWav(bytes, sink);
  else await decodeCompressed(format, bytes, sink);
  return sink.finish();
}
