import type { TiffDirectory } from './directory.js';
import { TAG } from './directory.js';

/** How a TIFF's pixels are stored. */
export interface TiffLayout {
  readonly bits: number;
  readonly samples: number;
  readonly sampleFormat: number;
  readonly compression: number;
  readonly photometric: number | undefined;
  readonly isPlanar: boolean;
  readonly isTiled: boolean;
}

/** Values of the tags Compression, PhotometricInterpretation, PlanarConfiguration and SampleFormat (TIFF 6.0, section 8). */
const UNCOMPRESSED = 1;
export const JPEG = 7;
export const WHITE_IS_ZERO = 0;
export const BLACK_IS_ZERO = 1;
export const SEPARATED = 5;
export const YCBCR = 6;
const PLANES = 2;
const UNSIGNED = 1;

/** What a directory says of its pixels, with the specification's defaults for what it does not say. */
export function readLayout({ values }: TiffDirectory): TiffLayout {
  const [bits = 1] = values(TAG.bitsPerSample);
  const [samples = 1] = values(TAG.samplesPerPixel);
  const [sampleFormat = UNSIGNED] = values(TAG.sampleFormat);
  const [compression = UNCOMPRESSED] = values(TAG.compression);
  const [photometric] = values(TAG.photometric);
  const [planes] = values(TAG.planarConfiguration);
  return {
    bits,
    samples,
    sampleFormat,
    compression,
    photometric,
    isPlanar: planes === PLANES && samples > 1,
    isTiled: values(TAG.tileWidth).length > 0,
  };
}
