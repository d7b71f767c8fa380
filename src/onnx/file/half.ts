/** 16-bit floats (IEEE 754 binary16) as their bits, for models whose inputs or outputs are float16. */

/** float32 → binary16 bits, rounded half to even as numpy's `astype(float16)`. */
export function toHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, toHalfBits);
}

function toHalfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127 + 15;
  const mantissa = bits & 0x7fffff;
  if (exponent >= 31) {
    const isNaN = exponent === 0xff - 127 + 15 && mantissa !== 0;
    return sign | 0x7c00 | (isNaN ? 0x200 : 0);
  }
  if (exponent > 0) return sign | roundShift((exponent << 23) | mantissa, 13);
  if (exponent < -10) return sign;
  return sign | roundShift(mantissa | 0x800000, 14 - exponent);
}

/** `value / 2^shift`, rounded half to even; a carry into the exponent is what the format wants. */
function roundShift(value: number, shift: number): number {
  const quotient = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return quotient + (rest > half || (rest === half && (quotient & 1) === 1) ? 1 : 0);
}

/** binary16 bits → float32, exact. */
export function halfToFloat(values: Uint16Array): Float32Array {
  return Float32Array.from(values, fromHalfBits);
}

function fromHalfBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
