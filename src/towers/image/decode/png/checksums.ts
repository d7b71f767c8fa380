const CRC_POLYNOMIAL = 0xedb88320;
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? CRC_POLYNOMIAL : 0);
  return crc;
});

/** The checksum of a PNG's chunk (PNG specification, annex D). Node has one from 20.15 on. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!;
  return ~crc >>> 0;
}

const ADLER_MODULUS = 65_521;
/** So many bytes can be added before the sums go beyond 32 bits, as in zlib. */
const ADLER_STRETCH = 5552;
export const ADLER_START = 1;

/** The checksum at the end of a zlib stream (RFC 1950, section 8.2), continued over more bytes. */
export function adler32(bytes: Uint8Array, start = ADLER_START): number {
  let a = start & 0xffff;
  let b = start >>> 16;
  for (let from = 0; from < bytes.length; from += ADLER_STRETCH) {
    const to = Math.min(bytes.length, from + ADLER_STRETCH);
    for (let at = from; at < to; at++) {
      a += bytes[at]!;
      b += a;
    }
    a %= ADLER_MODULUS;
    b %= ADLER_MODULUS;
  }
  return ((b << 16) | a) >>> 0;
}
