import type { Batcher } from '../../core/batcher.js';
import { Budget } from '../../core/budget.js';
import type { Row } from '../../core/encoder.js';
import { ownModule } from '../../core/own-module.js';
import { RowTower } from '../../core/row-tower.js';
import type { Tower } from '../../core/tower.js';
import { untilAborted } from '../../core/until-aborted.js';
import { fileBytes } from '../file-bytes.js';
import type { TowerKind } from '../kind.js';
import type { Ffmpeg } from '../media/ffmpeg.js';
import { PreparePool } from '../prepare-pool.js';
import { toOwnSound } from './decode/foreign-sound.js';
import type { PrepareSettings } from './prepare-thread.js';
import { rowShape, rowsOf } from './rows.js';
import { sampleSounds } from './samples.js';
import { readAudioSettings } from './read-settings.js';
import type { AudioSettings } from './settings.js';
import { spectrogramOf } from './signal/spectrogram.js';

export interface AudioTowerSettings {
  /** Whether vectors are scaled to length 1. */
  readonly normalize: boolean;
  /** Longest sound, in seconds at 48 kHz. */
  readonly maxSoundSeconds: number;
  /** Most rows in a batch. */
  readonly maxBatchSize: number;
  /** Threads that prepare items of all kinds. */
  readonly prepareThreads: number;
  /** Reads what is not decoded here, such as AAC. Absent: that is refused. */
  readonly ffmpeg: Ffmpeg | undefined;
}

/** Files of sound (WAV, MP3, …) → vectors. A row is a piece of the sound's spectrogram; a sound is the mean of its pieces. */
export const audioKind: TowerKind<AudioTowerSettings> = {
  modality: 'audio',
  trial: { items: 'pieces of sound', batches: [1, 2, 4, 8, 16], option: 'MAX_BATCH_SIZE' },
  async plan(model, tower) {
    const audio = await readAudioSettings(model.folder, tower);
    const shape = rowShape(audio);
    return {
      input: { kind: 'dense', shape },
      outputs: ['audio_embeds', 'audio_embeddings', 'embedding', 'sentence_embedding'],
      sample: new Float32Array(rowSize(audio)),
      samples: () => Promise.resolve(sampleRows(audio)),
      maxBatch: ({ maxBatchSize }) => maxBatchSize,
      ...(audio.cut.kind === 'patches' && { keepsLengths: true }),
      start: (batcher, settings) => startAudioTower(audio, batcher, settings),
    };
  },
};

async function startAudioTower(
  audio: AudioSettings,
  batcher: Batcher<Row>,
  { normalize, maxSoundSeconds, prepareThreads, ffmpeg }: AudioTowerSettings,
): Promise<Tower> {
  // A long sound is as much memory as a large photo, and takes a thread for less time: half as many are enough.
  const threads = Math.max(1, Math.floor(prepareThreads / 2));
  const module = ownModule(new URL('./prepare-thread.js', import.meta.url));
  const limits = { maxSeconds: maxSoundSeconds };
  const pool = await PreparePool.start<Uint8Array>(module, threads, {
    settings: audio,
    limits,
  } satisfies PrepareSettings);
  return new RowTower<Float32Array<ArrayBuffer>>({
    modality: 'audio',
    prepare: async (content, { signal }) => {
      const sound = await toOwnSound(fileBytes(content, 'a sound'), ffmpeg, limits, signal);
      const rows = await untilAborted(pool.run(sound, signal), signal);
      return { rows: split(rows, rowSize(audio)) };
    },
    prepareAhead: new Budget({ capacity: threads + 1 }),
    batcher,
    join: !normalize ? 'mean' : audio.cut.kind === 'patches' ? 'scaled-mean' : 'mean-unit',
    close: () => pool.close(),
  });
}

/** Each row in a buffer of its own, as batches take them away one by one. */
function split(rows: Float32Array, size: number): Float32Array<ArrayBuffer>[] {
  return Array.from({ length: rows.length / size }, (_, at) => rows.slice(at * size, (at + 1) * size));
}

/** Numbers in a row. */
function rowSize(audio: AudioSettings): number {
  return rowShape(audio).reduce((product, side) => product * side);
}

function sampleRows(audio: AudioSettings): Float32Array<ArrayBuffer>[] {
  const spectrogram = spectrogramOf(audio.spectrogram);
  return sampleSounds(audio.spectrogram.rate).flatMap((sound) =>
    split(rowsOf(sound, audio, spectrogram), rowSize(audio)),
  );
}
