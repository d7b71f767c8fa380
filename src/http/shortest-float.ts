/**
 * The double that prints in the fewest digits among those that become the same float32. A float32 read as a double
 * prints with up to 17 digits (0.10000000149011612); 6 to 9 are enough to come back to the same float32, which is all
 * that Weaviate keeps, and the body is half as large.
 */
export function shortestFloat32(x: number): number {
  if (x === 0) return 0;
  const exponent = Math.floor(Math.log10(Math.abs(x)));
  for (let digits = 6; digits <= 9; digits++) {
    const shift = digits - 1 - exponent;
    // Up to 10^22 a power of ten is exact in a double, and the quotient is the double nearest to that short decimal.
    if (shift < 0 || shift > 22) break;
    const scale = POWERS_OF_TEN[shift] ?? 1;
    const short = Math.round(x * scale) / scale;
    if (Math.fround(short) === x) return short;
  }
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits));
    if (Math.fround(short) === x) return short;
  }
  return Number(x.toPrecision(9));
}

const POWERS_OF_TEN = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/** A vector as numbers that `JSON.stringify` prints shortest. */
export function toShortestNumbers(vector: Float32Array): number[] {
  return Array.from(vector, shortestFloat32);
}
