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

/** The names of a sound's format, told by its content; undefined for anything else. */
export function formatOfSound(bytes: Uint8Array): MediaFormat | undefined {
  const format = soundFormat(bytes);
  return format && FORMATS[format];
}
