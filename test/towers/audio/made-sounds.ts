import { seededRandom } from '../../support/random.js';
import { pcm16, wavFile } from './wav-file.js';

const RATE = 16_000;

/** A WAV file of what a function says for each moment, in seconds. */
export function wavOf(sampleAt: (seconds: number) => number, seconds = 3): Buffer {
  const samples = Float32Array.from({ length: seconds * RATE }, (_, at) => sampleAt(at / RATE));
  return wavFile(pcm16(samples), { rate: RATE });
}

const wave = (hertz: number, t: number) => Math.sin(2 * Math.PI * hertz * t);

/** Sounds that anybody would name so, made by formula. */
export function madeSounds(): Record<string, Buffer> {
  const random = seededRandom(1);
  const hiss = () => 2 * random() - 1;
  let turns = 0;
  const siren = (t: number) => {
    turns += (900 + 400 * wave(0.5, t)) / RATE;
    return 0.2 * Math.sign(Math.sin(2 * Math.PI * turns));
  };
  /** Twice in nine tenths of a second. */
  const heart = (t: number) => (t % 0.9 < 0.6 ? 0.9 * Math.exp(-18 * ((t % 0.9) % 0.3)) * wave(55, t) : 0);
  return {
    'white noise': wavOf(() => 0.3 * hiss()),
    'a siren': wavOf(siren),
    'a heartbeat': wavOf(heart),
    'a clock ticking': wavOf((t) => (t % 0.5 < 0.004 ? 0.8 * hiss() : 0)),
    'a telephone dial tone': wavOf((t) => 0.25 * (wave(350, t) + wave(440, t))),
  };
}
