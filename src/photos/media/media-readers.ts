import type { MediaTools } from './kind.js';
import { SoundReader } from './sound-reader.js';
import type { Ffmpeg } from '../../towers/media/ffmpeg.js';
import { VideoReader } from './video-facts.js';

export interface MediaReaderOptions {
  /** Longest sound and video, in seconds. */
  readonly maxSoundSeconds: number;
  readonly maxVideoSeconds: number;
  /** Reads videos, and sounds that are not decoded here. Absent: they are refused, or go without what there is to show of them. */
  readonly ffmpeg: Ffmpeg | undefined;
}

/** What reads the facts of files of all kinds; closed by whoever opened it. */
export class MediaReaders {
  readonly tools: MediaTools;
  readonly #sounds: SoundReader;

  constructor({ maxSoundSeconds, maxVideoSeconds, ffmpeg }: MediaReaderOptions) {
    this.#sounds = new SoundReader({ maxSeconds: maxSoundSeconds, ffmpeg });
    const videos = ffmpeg && new VideoReader({ maxSeconds: maxVideoSeconds, ffmpeg });
    this.tools = {
      readSound: (bytes) => this.#sounds.read(bytes),
      readVideo: videos && ((bytes) => videos.read(bytes)),
    };
  }

  close(): Promise<void> {
    return this.#sounds.close();
  }
}
