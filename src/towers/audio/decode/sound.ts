import { invalidSound } from './invalid-sound.js';

/** A sound as one row of samples, -1 to 1. */
export interface MonoSound {
  /** Samples a second. */
  readonly rate: number;
  /** The mean of its channels. */
  readonly samples: Float32Array<ArrayBuffer>;
  /** Its first channel, where that was asked for; of a sound with one channel, `samples` themselves. */
  readonly first?: Float32Array<ArrayBuffer>;
}

/** Slower and faster ones than these are no sounds, and would make of a small file a large one, or much work. */
export const LOWEST_RATE = 1_000;
export const HIGHEST_RATE = 384_000;
export const MOST_CHANNELS = 32;

/** What a second of the longest sound is counted as: faster ones are allowed fewer seconds, since memory is what is bounded. */
const USUAL_RATE = 48_000;

/**
 * Takes a sound piece by piece as it is decoded, and keeps the mean of its channels, and the first one where that is asked
 * for. Bounded: a file of a megabyte may hold
 * hours of silence.
 */
export class MonoSink {
  readonly #maxSeconds: number;
  readonly #keepsFirst: boolean;
  readonly #pieces: Float32Array[] = [];
  readonly #firsts: Float32Array[] = [];
  #isMono = true;
  #rate = 0;
  #length = 0;

  constructor({
    maxSeconds,
    keepsFirst = false,
  }: {
    readonly maxSeconds: number;
    readonly keepsFirst?: boolean;
  }) {
    this.#maxSeconds = maxSeconds;
    this.#keepsFirst = keepsFirst;
  }

  /**
   * @param channels Of equal length; read before this returns, and not kept.
   * @throws HandspringError `invalid_media` once there is more than the limit allows, or if the rate changes on the way.
   */
  add(channels: readonly Float32Array[], rate: number): void {
    const [first] = channels;
    if (first === undefined || first.length === 0) return;
    if (this.#rate !== 0 && this.#rate !== rate)
      throw invalidSound('unsupported', 'one rate throughout', `${this.#rate} and then ${rate} Hz`);
    this.#rate = rate;
    this.#length += first.length;
    this.checkLength(this.#length, rate);
    const mono = new Float32Array(first.length);
    for (let k = 0; k < mono.length; k++) {
      let sum = 0;
      for (const channel of channels) sum += channel[k]!;
      mono[k] = sum / channels.length;
    }
    this.#pieces.push(mono);
    if (!this.#keepsFirst) return;
    this.#isMono &&= channels.length === 1;
    this.#firsts.push(channels.length === 1 ? mono : first.slice());
  }

  /**
   * For those who know the length before they decode.
   * @throws HandspringError `invalid_media` for too many samples, or so many or few a second as no sound has.
   */
  checkLength(samples: number, rate: number): void {
    if (!(rate >= LOWEST_RATE && rate <= HIGHEST_RATE))
      throw invalidSound('unsupported', `${LOWEST_RATE} to ${HIGHEST_RATE} samples a second`, String(rate));
    const seconds = samples / rate;
    const most = this.#maxSeconds * Math.min(1, USUAL_RATE / rate);
    if (seconds <= most) return;
    throw invalidSound(
      'too_long',
      `a sound of at most ${round(most)} s at ${rate} Hz (MAX_SOUND_SECONDS)`,
      `${round(seconds)} s or more`,
      { limit: 'MAX_SOUND_SECONDS' },
    );
  }

  /** @throws HandspringError `invalid_media` if nothing came. */
  finish(): MonoSound {
    if (this.#length === 0) throw invalidSound('empty', 'a sound', 'a file without samples');
    const samples = joined(this.#pieces, this.#length);
    if (!this.#keepsFirst) return { rate: this.#rate, samples };
    return { rate: this.#rate, samples, first: this.#isMono ? samples : joined(this.#firsts, this.#length) };
  }
}

/** The pieces as one, which are given up. */
function joined(pieces: Float32Array[], length: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(length);
  let at = 0;
  for (const piece of pieces.splice(0)) {
    samples.set(piece, at);
    at += piece.length;
  }
  return samples;
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
