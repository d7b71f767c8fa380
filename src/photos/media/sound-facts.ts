import type { MonoSound } from '../../towers/audio/decode/sound.js';

/** What there is to show of a sound. */
export interface SoundFacts {
  readonly seconds: number;
  /** Its outline: how loud it is in each of `OUTLINE_PARTS` equal parts, 00 to ff, two hexadecimal digits each. */
  readonly outline: string;
}

export const OUTLINE_PARTS = 100;

/** A sound's length, and its outline: the largest sample of each part, the loudest part as ff. */
export function describeSound({ rate, samples }: MonoSound): SoundFacts {
  const peaks = Array.from({ length: OUTLINE_PARTS }, (_, part) => {
    const from = Math.floor((part * samples.length) / OUTLINE_PARTS);
    const to = Math.max(from + 1, Math.floor(((part + 1) * samples.length) / OUTLINE_PARTS));
    let peak = 0;
    for (let at = from; at < to; at++) peak = Math.max(peak, Math.abs(samples[at] ?? 0));
    return peak;
  });
  const loudest = Math.max(...peaks);
  const digits = peaks.map((peak) => {
    const level = loudest === 0 ? 0 : Math.round((255 * peak) / loudest);
    return level.toString(16).padStart(2, '0');
  });
  return { seconds: samples.length / rate, outline: digits.join('') };
}
