import type { Batcher } from '../../core/batcher.js';
import { Budget } from '../../core/budget.js';
import type { Row } from '../../core/encoder.js';
import { ownModule } from '../../core/own-module.js';
import { RowTower } from '../../core/row-tower.js';
import type { Tower } from '../../core/tower.js';
import { untilAborted } from '../../core/until-aborted.js';
import { fileBytes } from '../file-bytes.js';
import type { RgbImage } from '../image/rgb-image.js';
import { sampleImages } from '../image/samples.js';
import type { TowerKind } from '../kind.js';
import type { Ffmpeg } from '../media/ffmpeg.js';
import { PreparePool } from '../prepare-pool.js';
import { clipFrames } from './clips.js';
import { recogniseVideo } from './container.js';
import { readFrames, readFrameTimes } from './frames.js';
import type { VideoSource } from './frames.js';
import { invalidVideo } from './invalid-video.js';
import { readVideoSettings, rowShape, rowsPerVideo } from './settings.js';
import type { VideoSettings } from './settings.js';
import { framesOf, videoRows } from './video-rows.js';
import type { VideoRows } from './video-rows.js';

export interface VideoTowerSettings {
  /** Whether vectors are scaled to length 1; the mean of several is then brought back to it. */
  readonly normalize: boolean;
  /** Turn videos as they say that they are to be shown. */
  readonly autoOrient: boolean;
  /** Longest video, in seconds. */
  readonly maxVideoSeconds: number;
  /** Most rows in a batch. */
  readonly maxBatchSize: number;
  /** Threads that prepare items of all kinds. */
  readonly prepareThreads: number;
  /** Reads all videos. Absent: they are refused. */
  readonly ffmpeg: Ffmpeg | undefined;
}

/** Files of video (MP4, WebM, …) → vectors: the mean of a few frames' from all over it, or of ImageBind's pairs of frames. */
export const videoKind: TowerKind<VideoTowerSettings> = {
  modality: 'video',
  trial: { items: 'frames of videos', batches: [1, 2, 4, 8, 16], option: 'MAX_BATCH_SIZE' },
  async plan(model, tower) {
    const video = await readVideoSettings(model.folder, tower);
    const shape = rowShape(video);
    return {
      input: { kind: 'dense', shape },
      outputs: ['image_embeds', 'image_embeddings', 'embedding', 'sentence_embedding'],
      sample: new Float32Array(shape.reduce((product, side) => product * side)),
      samples: () => sampleRows(video),
      maxBatch: ({ maxBatchSize }) => maxBatchSize,
      start: (batcher, settings) => startVideoTower(video, batcher, settings),
    };
  },
};

async function startVideoTower(
  video: VideoSettings,
  batcher: Batcher<Row>,
  { normalize, autoOrient, maxVideoSeconds, prepareThreads, ffmpeg }: VideoTowerSettings,
): Promise<Tower> {
  const threads = Math.max(1, Math.floor(prepareThreads / 2));
  const module = ownModule(new URL('./frame-thread.js', import.meta.url));
  const pool = await PreparePool.start<RgbImage>(module, threads, video);
  const cost = rowsPerVideo(video);
  return new RowTower<Float32Array<ArrayBuffer>>({
    modality: 'video',
    prepare: (content, { signal }) => {
      const bytes = fileBytes(content, 'a video');
      const container = recogniseVideo(bytes);
      if (!ffmpeg) {
        const received = `${container.name}, for which ffmpeg has to be installed where this service runs (FFMPEG)`;
        throw invalidVideo('unsupported', 'an item of another kind', received);
      }
      const source = { bytes, container, ffmpeg, maxSeconds: maxVideoSeconds, orient: autoOrient, signal };
      return untilAborted(prepareVideo(source, video, pool), signal);
    },
    // As many children at once as there are threads for their frames.
    prepareAhead: new Budget({ capacity: threads * cost }),
    batcher,
    join: normalize ? 'mean-unit' : 'mean',
    oneByOne: true,
    cost: () => cost,
    close: () => pool.close(),
  });
}

async function prepareVideo(
  source: VideoSource,
  video: VideoSettings,
  pool: PreparePool<RgbImage>,
): Promise<VideoRows> {
  const times = await readFrameTimes(source);
  const pairs = clipFrames(times, video.clips, source.container.tellsDuration);
  const wanted = framesOf(pairs);
  const prepared = new Map<number, Float32Array<ArrayBuffer>>();
  let isSquare = true;
  for await (const frame of readFrames(source, times, wanted)) {
    isSquare &&= frame.width === frame.height;
    prepared.set(wanted[prepared.size]!, await pool.run(frame, source.signal));
  }
  return videoRows(pairs, prepared, video, isSquare);
}

/** The sample photos, as frames of videos that stand still. */
function sampleRows({ view }: VideoSettings): Promise<Float32Array<ArrayBuffer>[]> {
  if (view.kind === 'images') return sampleImages(view.image);
  const { size, mean, std } = view;
  return sampleImages({
    ...{ size, resize: 'shortest-edge', resizeTo: size, filter: 'bilinear', cropRounding: 'floor' },
    ...{ rescaleFactor: 1 / 255, mean, std, frames: 2 },
  });
}
