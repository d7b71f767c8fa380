import { corruptImage } from '../invalid-image.js';
import type { Colours, NativeHeader } from '../native.js';
import type { TiffDirectory } from './directory.js';
import { readTiffDirectory, TAG } from './directory.js';
import type { TiffLayout } from './unsupported.js';
import { requireReadableTiff } from './unsupported.js';

const SEPARATED = 5;
const UNSIGNED = 1;
const UNCOMPRESSED = 1;
const PLANES = 2;
/** Greys, where black is 1 and where it is 0. */
const GREYS = [0, 1];

/**
 * The header of a TIFF's first page, read here and not by libtiff, which walks through all pages of the file for it.
 * @throws HandspringError `invalid_image` if it is cut short or broken, or is of a kind that is not read.
 */
export function readTiffHeader(bytes: Uint8Array): NativeHeader {
  const directory = readTiffDirectory(bytes);
  const [width = 0] = directory.values(TAG.width);
  const [height = 0] = directory.values(TAG.height);
  if (width === 0 || height === 0) throw corruptImage('TIFF');
  const layout = readLayout(directory);
  requireReadableTiff(layout);
  const [orientation = 1] = directory.values(TAG.orientation);
  const heldBytes = bytesHeld(layout);
  return {
    width,
    height,
    colours: coloursOf(layout),
    ...(orientation > 1 && { isTurned: true }),
    ...(heldBytes > 0 && { heldBytes }),
  };
}

function readLayout({ values }: TiffDirectory): TiffLayout {
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

function coloursOf({ bits, photometric }: TiffLayout): Colours {
  if (photometric === SEPARATED) return bits === 16 ? 'cmyk16' : 'cmyk';
  return bits === 16 && photometric !== undefined && GREYS.includes(photometric) ? 'grey16' : 'rgb';
}

/** Planes are all held before they are put together; the row that is worked on takes more at 16 bits. */
function bytesHeld({ bits, samples, isPlanar }: TiffLayout): number {
  if (isPlanar) return 2 * samples * Math.ceil(bits / 8);
  return bits === 16 && samples > 3 ? 1 : 0;
}
