import { foreignSound, soundFormat } from '../../towers/audio/decode/format.js';
import type { ForeignFormat, SoundFormat } from '../../towers/audio/decode/format.js';
import { hasPictures } from './has-pictures.js';
import type { MediaFormat } from './kind.js';

const FORMATS: Readonly<Record<SoundFormat | ForeignFormat, MediaFormat>> = {
  WAV: { mediaType: 'audio/wav', extensions: ['wav', 'wave'] },
  MP3: { mediaType: 'audio/mpeg', extensions: ['mp3'] },
  FLAC: { mediaType: 'audio/flac', extensions: ['flac'] },
  Vorbis: { mediaType: 'audio/ogg', extensions: ['ogg', 'oga'] },
  Opus: { mediaType: 'audio/ogg', extensions: ['opus', 'ogg', 'oga'] },
  M4A: { mediaType: 'audio/mp4', extensions: ['m4a', 'm4b', 'mp4'] },
  '3GP': { mediaType: 'audio/3gpp', extensions: ['3gp', '3g2', '3ga'] },
  MP4: { mediaType: 'audio/mp4', extensions: ['m4a', 'mp4', 'mov'] },
  AAC: { mediaType: 'audio/aac', extensions: ['aac'] },
  AIFF: { mediaType: 'audio/aiff', extensions: ['aiff', 'aif', 'aifc'] },
  AVI: { mediaType: 'audio/x-msvideo', extensions: ['avi'] },
  WebM: { mediaType: 'audio/webm', extensions: ['weba', 'webm', 'mka'] },
  WMA: { mediaType: 'audio/x-ms-wma', extensions: ['wma', 'asf'] },
  Ogg: { mediaType: 'audio/ogg', extensions: ['ogg', 'oga', 'spx'] },
  CAF: { mediaType: 'audio/x-caf', extensions: ['caf'] },
  AMR: { mediaType: 'audio/amr', extensions: ['amr'] },
  AU: { mediaType: 'audio/basic', extensions: ['au', 'snd'] },
  W64: { mediaType: 'audio/x-w64', extensions: ['w64'] },
  WavPack: { mediaType: 'audio/x-wavpack', extensions: ['wv'] },
  APE: { mediaType: 'audio/x-ape', extensions: ['ape'] },
};

/** Those that videos come in, too. */
const EITHER: ReadonlySet<string> = new Set([
  '3GP',
  'MP4',
  'AVI',
  'WebM',
  'WMA',
  'Ogg',
] satisfies ForeignFormat[]);

const OWN_NAME = /\.(?:wave?|mp3|flac|og[ga]|opus)$/i;
/** WebM may hold either: its content tells. */
const FOREIGN_NAME = /\.(?:m4[ab]|aac|aif[fc]?|wma|amr|caf|au|weba|webm|mka|w64|wv|ape|spx|3ga)$/i;

export function isSoundName(name: string): boolean {
  return OWN_NAME.test(name) || FOREIGN_NAME.test(name);
}

/** Whether a file of this name is one that only ffmpeg reads. */
export function isForeignName(name: string): boolean {
  return FOREIGN_NAME.test(name);
}

/** What a sound's format is called, told by its content; undefined for anything else. */
export function nameOfSound(bytes: Uint8Array): SoundFormat | ForeignFormat | undefined {
  const own = soundFormat(bytes);
  if (own !== undefined) return own;
  const foreign = foreignSound(bytes)?.format;
  return foreign !== undefined && EITHER.has(foreign) && hasPictures(bytes) ? undefined : foreign;
}

/** The names of a sound's format, told by its content; undefined for anything else. */
export function formatOfSound(bytes: Uint8Array): MediaFormat | undefined {
  const format = nameOfSound(bytes);
  return format && FORMATS[format];
}
