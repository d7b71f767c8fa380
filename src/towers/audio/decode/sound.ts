import { invalidSound } from './invalid-sound.js';

/** A sound as one row of samples, -1 to 1. */
export interface MonoSound {
  /** Samples a second. */
  readonly rate: number;
  readonly samples: Float32Array<ArrayBuffer>;
}

/** Slower and faster ones than these are no sounds, and would make of a small file a large one, or much work. */
export const LOWEST_RATE = 1_000;
export const HIGHEST_RATE = 384_000;
export const MOST_CHANNELS = 32;

/** What a second of the longest sound is counted as: faster ones are allowed fewer seconds, since memory is what is bounded. */
const USUAL_RATE = 48_000;

/**
 * Takes a sound piece by piece as it is decoded, and keeps the mean of its channels. Bounded: a file of a megabyte may hold
 * hours of silence.
 */
export class MonoSink {
  readonly #maxSeconds: number;
  readonly #pieces: Float32Array[] = [];
  #rate = 0;
  #length = 0;

  constructor({ maxSeconds }: { readonly maxSeconds: number }) {
    this.#maxSeconds = maxSeconds;
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
    const samples = new Float32Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces.splice(0)) {
      samples.set(piece, at);
      at += piece.length;
    }
    return { rate: this.#rate, samples };
  }
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
