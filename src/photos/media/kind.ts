import type { ErrorCode } from '../../core/errors.js';
import type { Modality } from '../../core/modality.js';
import type { PassedReason } from '../passed-over.js';
import type { SoundFacts } from './sound-facts.js';

/** What a file's format is called elsewhere. */
export interface MediaFormat {
  readonly mediaType: string;
  /** Extensions that fit the content, the preferred one first. */
  readonly extensions: readonly [string, ...string[]];
}

/** What a file tells by itself; each part only where it does. */
export interface MediaFacts extends Partial<SoundFacts> {
  /** Pixels as shown, after the orientation tag. */
  readonly width?: number;
  readonly height?: number;
  readonly shape?: 'landscape' | 'portrait' | 'square';
  /** `JPEG`, `PNG`, `MP3`, … */
  readonly format?: string;
  /** When it was taken, from its EXIF data. */
  readonly takenAt?: Date;
}

/** What reading some facts takes, beside the bytes. */
export interface MediaTools {
  /** @throws HandspringError `invalid_media` for what is no sound. */
  readonly readSound: (bytes: Uint8Array) => Promise<SoundFacts>;
  /** Absent where there is no ffmpeg. Nothing for what is no video. */
  readonly readVideo?: ((bytes: Uint8Array) => Promise<MediaFacts>) | undefined;
}

/** A kind of file that people keep and search: photos, sounds, videos. */
export interface MediaKind {
  /** The tower that embeds it, and the name of the kind in answers. */
  readonly modality: Modality;
  /** Why one is passed over where there is no tower for it. */
  readonly untaken: PassedReason;
  /** What people call one of them, and several. */
  readonly one: string;
  readonly many: string;
  /** Whether a file is taken for one by its name alone. */
  readonly isName: (name: string) => boolean;
  /** Whether a file that is taken for one by its name, or is one by its content, is read by ffmpeg alone. */
  readonly byFfmpeg: (file: string | Uint8Array) => boolean;
  /** Its format, told by the content; undefined for a file of another kind. The first few hundred bytes are enough. */
  readonly formatOf: (bytes: Uint8Array) => MediaFormat | undefined;
  /** What the file tells by itself. Empty for what is none: whether it is one is the model's to say. */
  readonly readFacts: (bytes: Uint8Array, tools: MediaTools | undefined) => Promise<MediaFacts>;
  /** The code of the error for a file that turns out to be none. */
  readonly refusedAs: ErrorCode;
}
