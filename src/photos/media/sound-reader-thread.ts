import { workerData } from 'node:worker_threads';
import { toRefusal } from '../../core/refusal.js';
import type { Refusal } from '../../core/refusal.js';
import { decodeSound } from '../../towers/audio/decode/decode.js';
import type { SoundLimits } from '../../towers/audio/decode/decode.js';
import { describeSound } from './sound-facts.js';
import type { SoundFacts } from './sound-facts.js';

const limits = workerData as SoundLimits;

/** What there is to show of one file, or why there is nothing. Nothing for no task: then it has loaded. */
export default async function read(bytes: Uint8Array | null): Promise<SoundFacts | Refusal | null> {
  if (!bytes) return null;
  try {
    return describeSound(await decodeSound(bytes, limits));
  } catch (error) {
    return toRefusal(error);
  }
}
