import { FfmpegFailure, runFfmpeg } from '../../media/ffmpeg.js';
import type { Ffmpeg } from '../../media/ffmpeg.js';
import type { SoundLimits } from './decode.js';
import { foreignSound } from './format.js';
import { EXPECTED_SOUND, invalidSound } from './invalid-sound.js';

/** Its own of all that people keep sound in; no subtitles, no pictures, no playlists. */
const DECODERS = [
  ...['aac', 'aac_latm', 'alac', 'mp3', 'mp3float', 'mp2', 'mp2float', 'ac3', 'eac3', 'opus', 'vorbis', 'flac', 'speex'],
  ...['wmav1', 'wmav2', 'wmapro', 'amrnb', 'amrwb', 'ape', 'wavpack', 'adpcm_ima_qt', 'adpcm_ms', 'adpcm_ima_wav'],
  ...['pcm_s8', 'pcm_u8', 'pcm_s16be', 'pcm_s16le', 'pcm_s24be', 'pcm_s24le', 'pcm_s32be', 'pcm_s32le'],
  ...['pcm_f32be', 'pcm_f32le', 'pcm_f64be', 'pcm_f64le', 'pcm_alaw', 'pcm_mulaw'],
].join(); // prettier-ignore

/** What the longest sound takes: two channels of floats at 48 kHz. Others are allowed fewer seconds, as memory is what is bounded. */
const BYTES_A_SECOND = 2 * 4 * 48_000;

/**
 * A file as one that is decoded here: as it is, or, of a kind that only ffmpeg reads, as a WAV file of floats with all of
 * its channels.
 * @throws HandspringError `invalid_media`; the signal's reason.
 */
export async function toOwnSound(
  bytes: Uint8Array,
  ffmpeg: Ffmpeg | undefined,
  { maxSeconds }: SoundLimits,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const foreign = foreignSound(bytes);
  if (!foreign) return bytes;
  const { name, demuxer } = foreign;
  if (!ffmpeg)
    throw invalidSound(
      'unsupported',
      EXPECTED_SOUND,
      `${name}, for which ffmpeg has to be installed where this service runs (FFMPEG)`,
    );
  const output = ['-map', '0:a:0', '-t', String(maxSeconds + 1), '-c:a', 'pcm_f32le', '-f', 'wav'];
  const maxBytes = (maxSeconds + 1) * BYTES_A_SECOND;
  const pieces: Buffer[] = [];
  try {
    for await (const piece of runFfmpeg(ffmpeg, {
      bytes,
      demuxer,
      decoders: DECODERS,
      output,
      maxBytes,
      signal,
    }))
      pieces.push(piece);
  } catch (error) {
    if (error instanceof FfmpegFailure) throw refusalOf(error, name, maxSeconds);
    throw error;
  }
  return Buffer.concat(pieces);
}

function refusalOf(failure: FfmpegFailure, name: string, maxSeconds: number) {
  const { reason, message, missingCodec } = failure;
  if (reason === 'too_much')
    return invalidSound(
      'too_long',
      `a sound of at most ${maxSeconds} s in two channels at 48000 Hz (MAX_SOUND_SECONDS)`,
      `${name} with more`,
      { limit: 'MAX_SOUND_SECONDS', cause: failure },
    );
  if (message.includes('matches no streams'))
    return invalidSound('empty', 'a sound', `${name} without sound`, { cause: failure });
  if (missingCodec !== undefined)
    return invalidSound('unsupported', 'a codec that the ffmpeg here decodes', `${name} of ${missingCodec}`, {
      cause: failure,
    });
  return invalidSound('broken', 'a whole file', `${name} that ffmpeg could not follow`, { cause: failure });
}
