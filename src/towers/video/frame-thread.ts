import { workerData } from 'node:worker_threads';
import { move } from 'piscina';
import { toRefusal } from '../../core/refusal.js';
import type { Refusal } from '../../core/refusal.js';
import { normalise } from '../image/normalise.js';
import { resizeAndCrop } from '../image/preprocess.js';
import type { RgbImage } from '../image/rgb-image.js';
import { cropsOf } from './crops.js';
import type { VideoSettings } from './settings.js';

const { view } = workerData as VideoSettings;

/** What one frame is to the encoder, its buffer handed over to the caller's thread. Nothing for no task: then it has loaded. */
export default function prepare(frame: RgbImage | null): Float32Array | Refusal | null {
  if (!frame) return null;
  try {
    const numbers =
      view.kind === 'images'
        ? normalise(resizeAndCrop(frame, view.image).data, view.image)
        : cropsOf(frame, view);
    return move(numbers) as Float32Array;
  } catch (error) {
    return toRefusal(error);
  }
}
