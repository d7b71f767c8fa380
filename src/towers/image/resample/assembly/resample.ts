// AssemblyScript, compiled to WebAssembly: see build.mjs beside this file. `load`, `store` and `v128` are its built-ins.
//
// Both passes are sums of pixels times weights in 22-bit fixed point, and SIMD has no fast multiplication that wide. It
// has one of 16 bits which adds neighbours (dot_i16x8_s). So each weight comes in two halves, weight = (high << 11) + low
// with 0 <= low < 2048, which are summed apart and joined at the end. All sums are exact: the whole one fits 32 bits, and
// what wraps around on the way wraps back.

const HALF_BITS: i32 = 11;
const PRECISION_BITS: i32 = 22;
const ROUND_HALF: i32 = 1 << (PRECISION_BITS - 1);

// Byte places that take pixels of three bytes apart, two at a time, into lanes r r g g b b 0 0 of 16 bits; -1 is a zero.
const FIRST_TWO = i8x16(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1);
const SECOND_TWO = i8x16(6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);

function join(high: v128, low: v128): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.shl(high, HALF_BITS), low), PRECISION_BITS);
}

/** Clips four sums to bytes and stores the lowest four; a pixel is three, so the fourth is overwritten by the next. */
function storePixel(to: usize, high: v128, low: v128): void {
  const words = i16x8.narrow_i32x4_s(join(high, low), i32x4.splat(0));
  v128.store_lane<u32>(to, i8x16.narrow_i16x8_u(words, words), 0);
}

/**
 * The pass along rows: `columns` pixels from each of `rows` rows, two rows at a time.
 *
 * `starts` holds the byte at which each column's pixels begin within a row; `weights` holds for each column `groups` times
 * four pixels' weights: high 0 1, high 2 3, low 0 1, low 2 3, 16 bits each. Up to 16 bytes after the last row are read and
 * given no weight. `rows` is even.
 */
export function resampleRows(
  source: usize,
  sourceStride: usize,
  rows: i32,
  target: usize,
  targetStride: usize,
  starts: usize,
  weights: usize,
  columns: i32,
  groups: i32,
): void {
  for (let y = 0; y < rows; y += 2) {
    let weight = weights;
    for (let x = 0; x < columns; x++) {
      let upper = source + load<u32>(starts + ((<usize>x) << 2));
      let lower = upper + sourceStride;
      let upperHigh = i32x4.splat(0);
      let lowerHigh = i32x4.splat(0);
      let upperLow = i32x4.splat(ROUND_HALF);
      let lowerLow = i32x4.splat(ROUND_HALF);
      for (let group = 0; group < groups; group++) {
        const high01 = v128.load_splat<u32>(weight);
        const high23 = v128.load_splat<u32>(weight, 4);
        const low01 = v128.load_splat<u32>(weight, 8);
        const low23 = v128.load_splat<u32>(weight, 12);
        const upperPixels = v128.load(upper);
        const upper01 = i8x16.swizzle(upperPixels, FIRST_TWO);
        const upper23 = i8x16.swizzle(upperPixels, SECOND_TWO);
        upperHigh = i32x4.add(upperHigh, i32x4.dot_i16x8_s(upper01, high01));
        upperLow = i32x4.add(upperLow, i32x4.dot_i16x8_s(upper01, low01));
        upperHigh = i32x4.add(upperHigh, i32x4.dot_i16x8_s(upper23, high23));
        upperLow = i32x4.add(upperLow, i32x4.dot_i16x8_s(upper23, low23));
        const lowerPixels = v128.load(lower);
        const lower01 = i8x16.swizzle(lowerPixels, FIRST_TWO);
        const lower23 = i8x16.swizzle(lowerPixels, SECOND_TWO);
        lowerHigh = i32x4.add(lowerHigh, i32x4.dot_i16x8_s(lower01, high01));
        lowerLow = i32x4.add(lowerLow, i32x4.dot_i16x8_s(lower01, low01));
        lowerHigh = i32x4.add(lowerHigh, i32x4.dot_i16x8_s(lower23, high23));
        lowerLow = i32x4.add(lowerLow, i32x4.dot_i16x8_s(lower23, low23));
        upper += 12;
        lower += 12;
        weight += 16;
      }
      const to = target + <usize>x * 3;
      storePixel(to, upperHigh, upperLow);
      storePixel(to + targetStride, lowerHigh, lowerLow);
    }
    source += 2 * sourceStride;
    target += 2 * targetStride;
  }
}

/**
 * The pass along columns, 16 bytes at a time: `rows` rows of `stride` bytes, a multiple of 16.
 *
 * `starts` holds the byte at which each target row's first source row begins; `weights` holds for each target row `pairs`
 * times two rows' weights: high 0 1, low 0 1, 16 bits each.
 */
export function resampleColumns(
  source: usize,
  stride: usize,
  target: usize,
  starts: usize,
  weights: usize,
  rows: i32,
  pairs: i32,
): void {
  for (let y = 0; y < rows; y++) {
    const first = source + load<u32>(starts + ((<usize>y) << 2));
    for (let x: usize = 0; x < stride; x += 16) {
      let from = first + x;
      let weight = weights;
      let high0 = i32x4.splat(0);
      let high1 = i32x4.splat(0);
      let high2 = i32x4.splat(0);
      let high3 = i32x4.splat(0);
      let low0 = i32x4.splat(ROUND_HALF);
      let low1 = i32x4.splat(ROUND_HALF);
      let low2 = i32x4.splat(ROUND_HALF);
      let low3 = i32x4.splat(ROUND_HALF);
      for (let pair = 0; pair < pairs; pair++) {
        const high = v128.load_splat<u32>(weight);
        const low = v128.load_splat<u32>(weight, 4);
        const upper = v128.load(from);
        const lower = v128.load(from + stride);
        const left = i8x16.shuffle(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const right = i8x16.shuffle(
          upper,
          lower,
          8,
          24,
          9,
          25,
          10,
          26,
          11,
          27,
          12,
          28,
          13,
          29,
          14,
          30,
          15,
          31,
        );
        const columns0 = i16x8.extend_low_i8x16_u(left);
        const columns1 = i16x8.extend_high_i8x16_u(left);
        const columns2 = i16x8.extend_low_i8x16_u(right);
        const columns3 = i16x8.extend_high_i8x16_u(right);
        high0 = i32x4.add(high0, i32x4.dot_i16x8_s(columns0, high));
        low0 = i32x4.add(low0, i32x4.dot_i16x8_s(columns0, low));
        high1 = i32x4.add(high1, i32x4.dot_i16x8_s(columns1, high));
        low1 = i32x4.add(low1, i32x4.dot_i16x8_s(columns1, low));
        high2 = i32x4.add(high2, i32x4.dot_i16x8_s(columns2, high));
        low2 = i32x4.add(low2, i32x4.dot_i16x8_s(columns2, low));
        high3 = i32x4.add(high3, i32x4.dot_i16x8_s(columns3, high));
        low3 = i32x4.add(low3, i32x4.dot_i16x8_s(columns3, low));
        from += 2 * stride;
        weight += 8;
      }
      const words01 = i16x8.narrow_i32x4_s(join(high0, low0), join(high1, low1));
      const words23 = i16x8.narrow_i32x4_s(join(high2, low2), join(high3, low3));
      v128.store(target + x, i8x16.narrow_i16x8_u(words01, words23));
    }
    weights += (<usize>pairs) << 3;
    target += stride;
  }
}
