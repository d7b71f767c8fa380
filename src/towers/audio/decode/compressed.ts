import { HandspringError } from '../../../core/errors.js';
import type { SoundFormat } from './format.js';
import { endOfTag } from './format.js';
import { invalidSound } from './invalid-sound.js';
import { wholePages } from './ogg.js';
import { quietly } from './quietly.js';
import { MOST_CHANNELS } from './sound.js';
import type { MonoSink } from './sound.js';

type Compressed = Exclude<SoundFormat, 'WAV'>;

/** What all four decoders give, piece by piece. */
interface Decoded {
  readonly channelData: readonly Float32Array[];
  readonly samplesDecoded: number;
  readonly sampleRate: number;
  readonly errors: readonly { readonly message: string }[];
}

interface Decoder {
  readonly ready: Promise<void>;
  decode(bytes: Uint8Array): Decoded | Promise<Decoded>;
  /** What is still inside at the end; MP3's keeps nothing. */
  flush?(): Promise<Decoded>;
  free(): void;
}

/**
 * Decoders in WebAssembly: no native code sees what a caller sends. Loaded when the first such file comes, as each has a
 * hundred kilobytes to compile.
 */
const OPEN: Readonly<Record<Compressed, () => Promise<Decoder>>> = {
  MP3: async () => new (await import('mpg123-decoder')).MPEGDecoder(),
  FLAC: async () => new (await import('@wasm-audio-decoders/flac')).FLACDecoder(),
  Vorbis: async () => new (await import('@wasm-audio-decoders/ogg-vorbis')).OggVorbisDecoder(),
  Opus: async () => new (await import('ogg-opus-decoder')).OggOpusDecoder(),
};

/** Bytes given to a decoder at once: of silence they become minutes, and only then is it seen how long it is. */
const PIECE_BYTES = 16_384;

/**
 * Decodes into the sink. A decoder is used for one stream and thrown away: one that met a broken file may be broken itself.
 * @throws HandspringError `invalid_media` for a file that is broken or cut; what the sink says of its length.
 */
export async function decodeCompressed(format: Compressed, bytes: Uint8Array, sink: MonoSink): Promise<void> {
  for (const sound of soundsIn(format, bytes)) await decodeOne(format, sound, sink);
}

async function decodeOne(format: Compressed, sound: Uint8Array, sink: MonoSink): Promise<void> {
  const decoder = await OPEN[format]();
  await decoder.ready;
  try {
    for (let at = 0; at < sound.length; at += PIECE_BYTES)
      take(format, await quietly(() => decoder.decode(sound.subarray(at, at + PIECE_BYTES))), sink);
    const last = await quietly(() => decoder.flush?.());
    if (last) take(format, last, sink);
  } catch (error) {
    if (error instanceof HandspringError) throw error;
    throw broken(format, (error as Error).message, error);
  } finally {
    free(decoder);
  }
}

function take(format: Compressed, decoded: Decoded, sink: MonoSink): void {
  const { channelData, samplesDecoded, sampleRate, errors } = decoded;
  const [error] = errors;
  if (error) throw broken(format, error.message);
  if (samplesDecoded === 0) return; // before Vorbis' third header the channels and the rate are whatever lay in memory
  if (channelData.length > MOST_CHANNELS)
    throw invalidSound('unsupported', `at most ${MOST_CHANNELS} channels`, `${channelData.length}`);
  sink.add(channelData, sampleRate);
}

/** A decoder that failed inside may fail at this, too; its memory is the garbage collector's then. */
function free(decoder: Decoder): void {
  try {
    decoder.free();
  } catch {
    // nothing is left to be freed by hand
  }
}

function broken(format: Compressed, message: string, cause?: unknown): HandspringError {
  return invalidSound(
    'broken',
    `a whole ${format} file`,
    `one that its decoder could not follow (${message.slice(0, 80)})`,
    {
      cause,
    },
  );
}

/**
 * What is to be given to decoders, each part to one of its own: nothing but sound, or the tags of some programs would be taken
 * for it.
 */
function soundsIn(format: Compressed, bytes: Uint8Array): Uint8Array[] {
  if (bytes[0] === 0x4f) return wholePages(bytes); // Ogg, which begins with OggS, whatever codec is in it
  const sound = withoutTags(bytes);
  return [format === 'MP3' ? withoutFill(sound) : sound];
}

/** Without the ID3v2 tag before and the ID3v1 tag behind the sound, which some programs put around FLAC too. */
function withoutTags(bytes: Uint8Array): Uint8Array {
  const sound = bytes.subarray(endOfTag(bytes));
  const tag = sound.length - 128;
  return tag >= 0 && Buffer.from(sound.subarray(tag, tag + 3)).toString('latin1') === 'TAG'
    ? sound.subarray(0, tag)
    : sound;
}

/** The longest frame of layer III: 320 kbit a second at 32 kHz, and a byte. */
const LONGEST_FRAME = 1441;
/** Of what is no frame mpg123 passes over so much in search of the next; it takes a file with more for a broken one. */
const PASSED_OVER = 1000;

/** Without the zeros behind the last frame that some programs fill files up with: more than a frame can end with. */
function withoutFill(sound: Uint8Array): Uint8Array {
  const end = sound.findLastIndex((byte) => byte !== 0) + 1;
  return sound.length - end > LONGEST_FRAME ? sound.subarray(0, end + PASSED_OVER) : sound;
}
