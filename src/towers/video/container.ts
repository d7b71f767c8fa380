import { invalidVideo } from './invalid-video.js';

/** A kind of files that hold videos. */
export interface Container {
  readonly name: string;
  readonly demuxer: string;
  /** Whether it says of its stream how long it is; otherwise it is known by its frames alone. */
  readonly tellsDuration: boolean;
  /** Whether a frame can be sought in it: where there is no index, ffmpeg begins behind it now and then. */
  readonly findsFrames: boolean;
  readonly is: (bytes: Uint8Array) => boolean;
}

const EXPECTED = 'a video (MP4, QuickTime, WebM, Matroska, AVI, MPEG-TS, MPEG-PS, Ogg or WMV)';

const has = (bytes: Uint8Array, at: number, text: string) =>
  Buffer.from(bytes.subarray(at, at + text.length)).toString('latin1') === text;

/** The first box of a QuickTime file that is older than `ftyp`. */
const OLD_BOXES = ['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'];

const CONTAINERS: readonly Container[] = [
  {
    name: 'an MP4 or QuickTime file',
    demuxer: 'mov',
    tellsDuration: true,
    findsFrames: true,
    is: (bytes) => ['ftyp', ...OLD_BOXES].some((box) => has(bytes, 4, box)),
  },
  {
    name: 'a WebM or Matroska file',
    demuxer: 'matroska',
    tellsDuration: false,
    findsFrames: true,
    is: (bytes) => has(bytes, 0, '\x1a\x45\xdf\xa3'),
  },
  {
    name: 'an AVI file',
    demuxer: 'avi',
    tellsDuration: true,
    findsFrames: true,
    is: (bytes) => has(bytes, 0, 'RIFF') && has(bytes, 8, 'AVI '),
  },
  {
    name: 'an MPEG transport stream',
    demuxer: 'mpegts',
    tellsDuration: true,
    findsFrames: false,
    is: (bytes) => [0, 188, 376].every((at) => bytes[at] === 0x47),
  },
  {
    name: 'an MPEG program stream',
    demuxer: 'mpeg',
    tellsDuration: true,
    findsFrames: false,
    is: (bytes) => has(bytes, 0, '\0\0\x01\xba'),
  },
  {
    name: 'an Ogg file',
    demuxer: 'ogg',
    tellsDuration: true,
    findsFrames: true,
    is: (bytes) => has(bytes, 0, 'OggS'),
  },
  {
    name: 'a WMV or ASF file',
    demuxer: 'asf',
    tellsDuration: true,
    findsFrames: true,
    is: (bytes) => has(bytes, 0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11'),
  },
];

/** What a file is by its first bytes, if it is of a kind that holds videos. */
export function videoContainer(bytes: Uint8Array): Container | undefined {
  return CONTAINERS.find(({ is }) => is(bytes));
}

/**
 * What a file is by its first bytes.
 * @throws HandspringError `invalid_media` for what is no video.
 */
export function recogniseVideo(bytes: Uint8Array): Container {
  if (bytes.length === 0) throw invalidVideo('empty', EXPECTED, 'no bytes');
  const container = videoContainer(bytes);
  if (container) return container;
  throw invalidVideo('unknown_format', EXPECTED, `${bytes.length} bytes of unknown format`);
}
