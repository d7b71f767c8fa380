/** Numbers from a fixed seed, evenly spread about 0 with the given standard deviation. */
export type RandomWeights = (length: number, deviation: number) => Float32Array;

/** The speed of a transformer does not depend on its weights, so a plain congruential generator will do. */
export function createRandomWeights(seed: number): RandomWeights {
  let state = seed >>> 0;
  return (length, deviation) => {
    const values = new Float32Array(length);
    const scale = (deviation * Math.sqrt(12)) / 2 ** 32;
    for (let i = 0; i < length; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      values[i] = (state - 2 ** 31) * scale;
    }
    return values;
  };
}
