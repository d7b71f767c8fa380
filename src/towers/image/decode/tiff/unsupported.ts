import { unsupportedImage } from '../invalid-image.js';
import type { TiffLayout } from './layout.js';
import { JPEG, YCBCR } from './layout.js';

const READABLE_BITS = [1, 2, 4, 8, 16];
/** Where there is more than one channel. */
const READABLE_BITS_OF_CHANNELS = [8, 16];
/** libvips and sharp go no further. */
const MOST_SAMPLES = 5;
const SAMPLE_FORMATS: Readonly<Record<number, string>> = {
  2: 'signed numbers',
  3: 'floating-point numbers',
  5: 'complex signed numbers',
  6: 'complex floating-point numbers',
};
/** Compressions that sharp's libtiff is built without. */
const COMPRESSIONS: Readonly<Record<number, string>> = {
  6: 'old-style JPEG',
  33003: 'JPEG 2000',
  33005: 'JPEG 2000',
  34661: 'JBIG',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50000: 'Zstandard',
  50001: 'WebP',
  50002: 'JPEG XL',
};
const COLOURS: Readonly<Record<number, string>> = {
  4: 'transparency alone',
  8: 'CIE L*a*b* colours',
  9: 'ICC L*a*b* colours',
  10: 'ITU L*a*b* colours',
  32803: "a sensor's raw colours",
  32844: 'CIE Log L',
  32845: 'CIE Log Luv',
  34892: "a sensor's raw colours",
};

/**
 * Passes a kind of TIFF that sharp's decoder reads: of the others it says that the file is broken.
 * @throws HandspringError `invalid_image` that names the kind.
 */
export function requireReadableTiff(layout: TiffLayout): void {
  const { bits, samples, sampleFormat, compression, photometric = 0, isPlanar, isTiled } = layout;
  const colours = COLOURS[photometric];
  if (colours !== undefined) throw unsupportedImage('a TIFF image of grey, RGB or CMYK', `one of ${colours}`);
  const numbers = SAMPLE_FORMATS[sampleFormat] ?? (READABLE_BITS.includes(bits) ? undefined : `${bits} bits`);
  if (numbers !== undefined) {
    throw unsupportedImage('a TIFF image of at most 8 or of 16 bits a channel', `one of ${numbers}`);
  }
  if (samples > 1 && !READABLE_BITS_OF_CHANNELS.includes(bits)) {
    throw unsupportedImage('a TIFF image of 8 or 16 bits for each of its channels', `one of ${bits} bits`);
  }
  if (samples > MOST_SAMPLES) {
    throw unsupportedImage(`a TIFF image of at most ${MOST_SAMPLES} channels`, `one of ${samples}`);
  }
  if (isPlanar && isTiled) {
    throw unsupportedImage(
      'a TIFF image of strips, or of tiles of whole pixels',
      'one of tiles of each colour',
    );
  }
  const name = COMPRESSIONS[compression];
  if (name !== undefined) {
    throw unsupportedImage(
      'a TIFF image of Deflate, LZW, JPEG, PackBits, fax or no compression',
      `one of ${name}`,
    );
  }
  // libvips takes them for RGB, without a word.
  if (photometric === YCBCR && compression !== JPEG) {
    throw unsupportedImage('a TIFF image of grey, RGB or CMYK', 'one of YCbCr colours without JPEG');
  }
}
