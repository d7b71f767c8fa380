import { workerData } from 'node:worker_threads';
import { move } from 'piscina';
import { toRefusal } from '../../core/refusal.js';
import type { Refusal } from '../../core/refusal.js';
import { decodeSound } from './decode/decode.js';
import type { SoundLimits } from './decode/decode.js';
import { rowsOf } from './rows.js';
import type { AudioSettings } from './settings.js';
import { resample } from './signal/resample.js';
import { spectrogramOf } from './signal/spectrogram.js';

export interface PrepareSettings {
  readonly settings: AudioSettings;
  readonly limits: SoundLimits;
}

const { settings, limits } = workerData as PrepareSettings;
const spectrogram = spectrogramOf(settings.spectrogram);

/** The rows of one file, their buffer handed over to the caller's thread. Nothing for no task: then it has loaded. */
export default async function prepare(bytes: Uint8Array | null): Promise<Float32Array | Refusal | null> {
  if (!bytes) return null;
  try {
    const keepsFirst = settings.cut.kind === 'clips';
    const { rate, samples, first = samples } = await decodeSound(bytes, { ...limits, keepsFirst });
    const heard = resample(samples, rate, settings.spectrogram.rate);
    const heardFirst = first === samples ? heard : resample(first, rate, settings.spectrogram.rate);
    return move(rowsOf(heard, settings, spectrogram, heardFirst)) as Float32Array;
  } catch (error) {
    return toRefusal(error);
  }
}
