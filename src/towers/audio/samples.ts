/** Seconds of each. */
const LENGTH = 2;

/**
 * Everyday sounds in small, made by formula, on which a rewritten file is tried: a tone that rises, a bell that fades, knocks,
 * and noise that swells.
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
