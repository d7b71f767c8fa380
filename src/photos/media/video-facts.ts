import { Budget } from '../../core/budget.js';
import { HandspringError } from '../../core/errors.js';
import type { RgbImage } from '../../towers/image/rgb-image.js';
import type { Ffmpeg } from '../../towers/media/ffmpeg.js';
import { recogniseVideo } from '../../towers/video/container.js';
import { readFrames, readFrameTimes } from '../../towers/video/frames.js';
import { secondsOf } from '../../towers/video/frame-times.js';
import { shapeOf } from '../facts.js';
import type { MediaFacts } from './kind.js';

export interface VideoOptions {
  readonly ffmpeg: Ffmpeg;
  /** Longest video, in seconds. */
  readonly maxSeconds: number;
}

/** How many are looked into at once: each is a process. */
const AT_ONCE = 2;
/** Many begin in black. */
const POSTER_AT = 0.1;

/**
 * A video's length and the frame that stands for it, turned as it is shown.
 * @throws HandspringError `invalid_media` for what is no video, is too long, or cannot be followed.
 */
export async function readPoster(
  bytes: Uint8Array,
  { ffmpeg, maxSeconds }: VideoOptions,
): Promise<{ readonly frame: RgbImage; readonly seconds: number }> {
  const { signal } = new AbortController();
  const source = { bytes, container: recogniseVideo(bytes), ffmpeg, maxSeconds, orient: true, signal };
  const times = await readFrameTimes(source);
  const wanted = Math.floor(times.ticks.length * POSTER_AT);
  for await (const frame of readFrames(source, times, [wanted], wanted > 0))
    return { frame, seconds: secondsOf(times) };
  throw new Error('expected a frame, which readFrames has or throws');
}

/** Reads what there is to show of videos, few at once. */
export class VideoReader {
  readonly #options: VideoOptions;
  readonly #slots = new Budget({ capacity: AT_ONCE });

  constructor(options: VideoOptions) {
    this.#options = options;
  }

  /** Nothing of what cannot be followed: whether it is a video is the model's to say. */
  async read(bytes: Uint8Array): Promise<MediaFacts> {
    try {
      const { frame, seconds } = await this.#slots.run(1, () => readPoster(bytes, this.#options));
      const { width, height } = frame;
      return { seconds, width, height, shape: shapeOf(frame) };
    } catch (error) {
      if (error instanceof HandspringError) return {};
      throw error;
    }
  }
}
