/** Seconds of each. */
const LENGTH = 2;

/**
 * Everyday sounds in small, made by formula, on which a rewritten file is tried: a tone that rises, a bell that fades, knocks,
 * noise that swells; a hum, a siren, a chord that trembles, and rain with drops in it.
 * @param rate Samples a second.
 */
export function sampleSounds(rate: number): Float32Array[] {
  const noise = noiseFrom(7);
  const shapes: readonly ((seconds: number) => number)[] = [
    (t) => 0.5 * Math.sin(2 * Math.PI * (200 * t + 300 * t * t)),
    (t) =>
      0.6 * Math.exp(-2 * t) * (Math.sin(2 * Math.PI * 880 * t) + 0.4 * Math.sin(2 * Math.PI * 2217 * t)),
    (t) => 0.8 * Math.exp(-60 * (t % 0.5)) * Math.sin(2 * Math.PI * 140 * t),
    (t) => 0.3 * (t / LENGTH) * noise(),
    (t) => 0.4 * (Math.sin(2 * Math.PI * 50 * t) + 0.5 * Math.sin(2 * Math.PI * 150 * t)),
    (t) => 0.5 * Math.sin(2 * Math.PI * 700 * t + 120 * Math.sin(2 * Math.PI * t)),
    (t) =>
      0.2 *
      (1 + Math.sin(12 * Math.PI * t)) *
      [262, 330, 392].reduce((sum, hz) => sum + Math.sin(2 * Math.PI * hz * t), 0),
    (t) => 0.05 * noise() + 0.7 * Math.exp(-200 * (t % 0.13)) * noise(),
  ];
  return shapes.map((shape) => Float32Array.from({ length: LENGTH * rate }, (_, at) => shape(at / rate)));
}

/** Numbers between -1 and 1, the same in every run (a linear congruential generator; Numerical Recipes, 7.1). */
function noiseFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(1_664_525, state) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
