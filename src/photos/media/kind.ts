import type { Modality } from '../../core/modality.js';

/** What a file's format is called elsewhere. */
export interface MediaFormat {
  readonly mediaType: string;
  /** Extensions that fit the content, the preferred one first. */
  readonly extensions: readonly [string, ...string[]];
}

/** A kind of file that people keep and search: photos, sounds. */
export interface MediaKind {
  /** The tower that embeds it. */
  readonly modality: Modality;
  /** What people call one of them, and several. */
  readonly one: string;
  readonly many: string;
  /** Its format, told by the content; undefined for a file of another kind. The first few hundred bytes are enough. */
  readonly formatOf: (bytes: Uint8Array) => MediaFormat | undefined;
}
