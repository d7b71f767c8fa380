import { soundFormat } from '../../towers/audio/decode/format.js';
import { videoContainer } from '../../towers/video/container.js';
import type { MediaFormat } from './kind.js';

/** By ffmpeg's name of the container. */
const FORMATS: Readonly<Record<string, MediaFormat & { readonly name: string }>> = {
  mov: { name: 'MP4', mediaType: 'video/mp4', extensions: ['mp4', 'm4v', 'mov', 'qt', '3gp', '3g2'] },
  matroska: { name: 'WebM', mediaType: 'video/webm', extensions: ['webm', 'mkv'] },
  avi: { name: 'AVI', mediaType: 'video/x-msvideo', extensions: ['avi'] },
  mpegts: { name: 'MPEG-TS', mediaType: 'video/mp2t', extensions: ['mts', 'm2ts'] },
  mpeg: { name: 'MPEG', mediaType: 'video/mpeg', extensions: ['mpg', 'mpeg'] },
  ogg: { name: 'Ogg', mediaType: 'video/ogg', extensions: ['ogv', 'ogg'] },
  asf: { name: 'WMV', mediaType: 'video/x-ms-wmv', extensions: ['wmv', 'asf'] },
};

const VIDEO_NAME = /\.(?:mp4|m4v|mov|qt|webm|mkv|avi|mpe?g|m2ts|mts|ogv|wmv|asf|3gp|3g2)$/i;

export function isVideoName(name: string): boolean {
  return VIDEO_NAME.test(name);
}

/** What a video's format is called, told by its content; undefined for a file that is none. */
export function nameOfVideo(bytes: Uint8Array): string | undefined {
  return find(bytes)?.name;
}

/** The names of a video's format, told by its content; undefined for a file that is none. */
export function formatOfVideo(bytes: Uint8Array): MediaFormat | undefined {
  return find(bytes);
}

function find(bytes: Uint8Array) {
  const container = soundFormat(bytes) === undefined ? videoContainer(bytes) : undefined;
  return container && FORMATS[container.demuxer];
}
