import { EXPECTED_SOUND, invalidSound } from './invalid-sound.js';

/** Kinds of files that are decoded, told by their content. */
export type SoundFormat = 'WAV' | 'MP3' | 'FLAC' | 'Vorbis' | 'Opus';

/**
 * What a file is by its first bytes; its name and what it claims to be elsewhere say nothing.
 * @throws HandspringError `invalid_media` that names what it is instead, if that is known.
 */
export function recogniseSound(bytes: Uint8Array): SoundFormat {
  if (bytes.length === 0) throw invalidSound('empty', EXPECTED_SOUND, 'no bytes');
  const format = soundFormat(bytes);
  if (format !== undefined) return format;
  const other = OTHERS.find(({ is }) => is(bytes));
  if (other) throw invalidSound('unsupported', EXPECTED_SOUND, other.name);
  throw invalidSound('unknown_format', EXPECTED_SOUND, `${bytes.length} bytes of unknown format`);
}

/** What a file is by its first bytes, if it is a sound that is decoded. */
export function soundFormat(bytes: Uint8Array): SoundFormat | undefined {
  if (['RIFF', 'RF64', 'BW64'].some((name) => has(bytes, 0, name)) && has(bytes, 8, 'WAVE')) return 'WAV';
  if (has(bytes, 0, 'fLaC')) return 'FLAC';
  if (has(bytes, 0, 'OggS')) return oggFormat(bytes);
  const start = endOfTag(bytes);
  if (start > 0 && has(bytes, start, 'fLaC')) return 'FLAC';
  if (isMpegFrame(bytes, start) || start > 0) return 'MP3';
  return undefined;
}

/** What a file is that ffmpeg can make a WAV file of; nothing for what is decoded here, or is no sound. */
export function foreignSound(
  bytes: Uint8Array,
): { name: string; demuxer: string; format: ForeignFormat } | undefined {
  if (soundFormat(bytes) !== undefined) return undefined;
  const other = OTHERS.find(({ is }) => is(bytes));
  if (other?.ffmpeg === undefined) return undefined;
  const [demuxer, format] = other.ffmpeg;
  return { name: other.name, demuxer, format };
}

/** By the first packet of the first page, which is the codec's own. */
function oggFormat(bytes: Uint8Array): SoundFormat | undefined {
  const packet = 27 + (bytes[26] ?? 0);
  if (has(bytes, packet, '\x01vorbis')) return 'Vorbis';
  if (has(bytes, packet, 'OpusHead')) return 'Opus';
  if (has(bytes, packet, '\x7fFLAC')) return 'FLAC';
  return undefined;
}

/** Behind the ID3v2 tag that a file may begin with (id3.org, "ID3 tag version 2.4.0", 3.1); 0 without one. */
export function endOfTag(bytes: Uint8Array): number {
  if (!has(bytes, 0, 'ID3') || bytes.length < 10) return 0;
  const size = bytes.subarray(6, 10).reduce((sum, byte) => (sum << 7) | (byte & 127), 0);
  const footer = ((bytes[5] ?? 0) & 0x10) === 0 ? 0 : 10;
  return 10 + size + footer;
}

/**
 * Whether an MPEG audio frame of layer I, II or III begins there: eleven ones, and no value that is kept free. AAC's frames
 * (ADTS) begin alike, with layer 0.
 */
function isMpegFrame(bytes: Uint8Array, at: number): boolean {
  const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
  const [version, layer, bitrate, rate] = [(b >> 3) & 3, (b >> 1) & 3, c >> 4, (c >> 2) & 3];
  return a === 0xff && b >= 0xe0 && version !== 1 && layer !== 0 && bitrate !== 15 && rate !== 3;
}

/** Formats that only ffmpeg reads here. */
export type ForeignFormat =
  | 'M4A'
  | '3GP'
  | 'MP4'
  | 'AAC'
  | 'AIFF'
  | 'AVI'
  | 'WebM'
  | 'WMA'
  | 'Ogg'
  | 'CAF'
  | 'AMR'
  | 'AU'
  | 'W64'
  | 'WavPack'
  | 'APE';

/** A kind of files that is not decoded here. */
interface Other {
  readonly name: string;
  /** By which demuxer ffmpeg reads it, where it does, and what the format is called then. */
  readonly ffmpeg?: readonly [demuxer: string, format: ForeignFormat];
  readonly is: (bytes: Uint8Array) => boolean;
}

const starts =
  (...beginnings: readonly string[]) =>
  (bytes: Uint8Array) =>
    beginnings.some((beginning) => has(bytes, 0, beginning));

const boxes =
  (...brands: readonly string[]) =>
  (bytes: Uint8Array) =>
    has(bytes, 4, 'ftyp') && (brands.length === 0 || brands.some((brand) => has(bytes, 8, brand)));

/** Sounds and their neighbours that people have, so that the message is of help. */
const OTHERS: readonly Other[] = [
  { name: 'an M4A file (AAC or ALAC)', ffmpeg: ['mov', 'M4A'], is: boxes('M4A', 'M4B') },
  { name: 'a 3GP file', ffmpeg: ['mov', '3GP'], is: boxes('3gp', '3g2') },
  { name: 'an MP4 or QuickTime file', ffmpeg: ['mov', 'MP4'], is: boxes() },
  {
    name: 'AAC without a container (ADTS)',
    ffmpeg: ['aac', 'AAC'],
    is: (bytes) => bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xf6) === 0xf0,
  },
  {
    name: 'an AIFF file',
    ffmpeg: ['aiff', 'AIFF'],
    is: (bytes) => has(bytes, 0, 'FORM') && (has(bytes, 8, 'AIFF') || has(bytes, 8, 'AIFC')),
  },
  {
    name: 'an AVI file',
    ffmpeg: ['avi', 'AVI'],
    is: (bytes) => has(bytes, 0, 'RIFF') && has(bytes, 8, 'AVI '),
  },
  { name: 'a WebM or Matroska file', ffmpeg: ['matroska', 'WebM'], is: starts('\x1a\x45\xdf\xa3') },
  { name: 'a WMA or ASF file', ffmpeg: ['asf', 'WMA'], is: starts('\x30\x26\xb2\x75\x8e\x66\xcf\x11') },
  { name: 'an Ogg file of another codec', ffmpeg: ['ogg', 'Ogg'], is: starts('OggS') },
  { name: 'a Core Audio file (CAF)', ffmpeg: ['caf', 'CAF'], is: starts('caff') },
  { name: 'an AMR file', ffmpeg: ['amr', 'AMR'], is: starts('#!AMR') },
  { name: 'a Sun audio file (AU)', ffmpeg: ['au', 'AU'], is: starts('.snd') },
  { name: 'a Wave64 file', ffmpeg: ['w64', 'W64'], is: starts('riff\x2e\x91\xcf\x11') },
  { name: 'a MIDI file', is: starts('MThd') },
  { name: 'a WavPack file', ffmpeg: ['wv', 'WavPack'], is: starts('wvpk') },
  { name: "a Monkey's Audio file", ffmpeg: ['ape', 'APE'], is: starts('MAC ') },
  { name: 'a Musepack file', is: starts('MPCK', 'MP+') },
  { name: 'a JPEG image', is: starts('\xff\xd8\xff') },
  { name: 'a PNG image', is: starts('\x89PNG') },
  { name: 'a PDF', is: starts('%PDF') },
  { name: 'a Git LFS pointer instead of the file', is: starts('version https://git-lfs') },
];

function has(bytes: Uint8Array, at: number, text: string): boolean {
  if (bytes.length < at + text.length) return false;
  for (let k = 0; k < text.length; k++) if (bytes[at + k] !== text.charCodeAt(k)) return false;
  return true;
}
