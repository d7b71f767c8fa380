import { soundFormat } from '../../towers/audio/decode/format.js';
import type { SoundFormat } from '../../towers/audio/decode/format.js';
import type { MediaFormat } from './kind.js';

const FORMATS: Readonly<Record<SoundFormat, MediaFormat>> = {
  WAV: { mediaType: 'audio/wav', extensions: ['wav', 'wave'] },
  MP3: { mediaType: 'audio/mpeg', extensions: ['mp3'] },
  FLAC: { mediaType: 'audio/flac', extensions: ['flac'] },
  Vorbis: { mediaType: 'audio/ogg', extensions: ['ogg', 'oga'] },
  Opus: { mediaType: 'audio/ogg', extensions: ['opus', 'ogg', 'oga'] },
};

/** Those that are read, and those that people have and are told of by name. */
const SOUND_NAME = /\.(?:wave?|mp3|flac|og[ga]|opus|m4a|aac|aiff?|wma|amr)$/i;

export function isSoundName(name: string): boolean {
  return SOUND_NAME.test(name);
}

/** The names of a sound's format, told by its content; undefined for anything else. */
export function formatOfSound(bytes: Uint8Array): MediaFormat | undefined {
  const format = soundFormat(bytes);
  return format && FORMATS[format];
}
