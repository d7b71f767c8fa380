import { workerData } from 'node:worker_threads';
import { toRefusal } from '../../core/refusal.js';
import type { Refusal } from '../../core/refusal.js';
import { decodeSound } from '../../towers/audio/decode/decode.js';
import type { SoundLimits } from '../../towers/audio/decode/decode.js';
import { toOwnSound } from '../../towers/audio/decode/foreign-sound.js';
import { describeSound } from './sound-facts.js';
import type { Ffmpeg } from '../../towers/media/ffmpeg.js';
import type { SoundFacts } from './sound-facts.js';

export interface SoundReaderOptions extends SoundLimits {
  /** Reads what is not decoded here. Absent: that is refused. */
  readonly ffmpeg?: Ffmpeg | undefined;
}

const { ffmpeg, ...limits } = workerData as SoundReaderOptions;

/** What there is to show of one file, or why there is nothing. Nothing for no task: then it has loaded. */
export default async function read(bytes: Uint8Array | null): Promise<SoundFacts | Refusal | null> {
  if (!bytes) return null;
  try {
    return describeSound(await decodeSound(await toOwnSound(bytes, ffmpeg, limits), limits));
  } catch (error) {
    return toRefusal(error);
  }
}
