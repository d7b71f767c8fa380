import { workerData } from 'node:worker_threads';
import { Budget } from '../../core/budget.js';
import { plainPixels } from '../../towers/image/decode/decoding-bytes.js';
import type { ImageLimits } from '../../towers/image/decode/inspect.js';
import { inspectImage } from '../../towers/image/decode/inspect.js';
import type { Refusal } from '../../core/refusal.js';
import { toRefusal } from '../../core/refusal.js';
import { kindOf, VIDEO } from '../media/kinds.js';
import { readPoster } from '../media/video-facts.js';
import type { VideoOptions } from '../media/video-facts.js';
import type { ThumbnailSize } from './thumbnail.js';
import { createThumbnail, thumbnailOf } from './thumbnail.js';

export interface ThumbnailSettings {
  /** An image over them has no thumbnail. */
  readonly limits: ImageLimits;
  /** Reads the frame that stands for a video. Absent: a video has no thumbnail. */
  readonly videos?: VideoOptions | undefined;
  /** Most pixels decoded at once, as of a plain JPEG; one image larger than that is decoded alone. */
  readonly maxPendingPixels: number;
}

export interface ThumbnailTask {
  readonly bytes: Uint8Array;
  readonly size: ThumbnailSize;
}

const { limits, videos, maxPendingPixels } = workerData as ThumbnailSettings;
const budget = new Budget({ capacity: maxPendingPixels });

/** One thumbnail, or why there is none. Nothing for no task: then it has loaded. */
export default async function make(task: ThumbnailTask | null): Promise<Uint8Array | Refusal | null> {
  if (!task) return null;
  try {
    const { bytes, size } = task;
    if (videos && kindOf(bytes) === VIDEO)
      return await thumbnailOf((await readPoster(bytes, videos)).frame, size);
    const header = await inspectImage(bytes, limits, true);
    return await budget.run(plainPixels(header), () => createThumbnail(bytes, header, size));
  } catch (error) {
    return toRefusal(error);
  }
}
