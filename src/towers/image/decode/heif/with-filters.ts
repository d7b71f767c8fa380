/**
 * In libheif's build for the web: `de265_set_parameter_bool(decoder, 7, 1)`, then the same with 8, as WebAssembly puts it.
 * A constant is 0x41 and its value, a call 0x10 and the function's number.
 */
// eslint-disable-next-line no-control-regex -- it is a program that is searched, not a text
const SWITCHED_OFF = /\x41\x07\x41\x01\x10([\x80-\xff]*[\x00-\x7f])\x20[\x00-\x7f]\x41\x08\x41\x01\x10\1/g;
/** Of the two constants: behind the first three bytes, and before the second call. */
const FIRST_VALUE = 3;
const CALL_BYTES = 2;

/**
 * The program of libheif with HEVC's last two filters switched on again, which smooth the edges of blocks. Its build for
 * the web switches them off for speed (`DISABLE_DEBLOCKING` and `DISABLE_SAO` in `libheif/plugins/decoder_libde265.cc`):
 * pixels would be up to 28 levels away from what other builds of it give, `pillow-heif` among them. A program that does not
 * do so is left as it is.
 */
export function withFilters(program: Buffer): Buffer<ArrayBuffer> {
  const switched = Buffer.from(program);
  for (const match of program.toString('latin1').matchAll(SWITCHED_OFF)) {
    const [found, callee = ''] = match;
    switched[match.index + FIRST_VALUE] = 0;
    switched[match.index + found.length - callee.length - CALL_BYTES] = 0;
  }
  return switched;
}
