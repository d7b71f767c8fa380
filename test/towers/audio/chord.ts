/** Seconds of the chord in test/fixtures/sounds. */
export const CHORD_SECONDS = 1.5;

/** Three tones, the middle one fading: what the files of test/fixtures/sounds were made of (make_sounds.py). */
export function chordAt(rate: number, seconds = CHORD_SECONDS): Float32Array<ArrayBuffer> {
  const tone = (hertz: number, t: number) => Math.sin(2 * Math.PI * hertz * t);
  return Float32Array.from({ length: Math.floor(seconds * rate) }, (_, at) => {
    const t = at / rate;
    return 0.2 * tone(440, t) + 0.2 * Math.exp(-2 * t) * tone(660, t) + 0.1 * tone(1250, t);
  });
}
