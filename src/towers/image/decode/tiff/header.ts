import { corruptImage } from '../invalid-image.js';
import type { Colours, NativeHeader } from '../native.js';
import { turnOf } from '../orientation.js';
import { isOrientation, UPRIGHT } from './as-pillow.js';
import { readTiffDirectory, TAG } from './directory.js';
import type { TiffLayout } from './layout.js';
import { BLACK_IS_ZERO, readLayout, SEPARATED, WHITE_IS_ZERO } from './layout.js';
import { requireReadableTiff } from './unsupported.js';

/** Of grey alone: with alpha beside it, it is scaled. */
const GREYS = [WHITE_IS_ZERO, BLACK_IS_ZERO];

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
  const [written = UPRIGHT] = directory.values(TAG.orientation);
  const tagged = isOrientation(written) ? written : UPRIGHT;
  const heldBytes = bytesHeld(layout);
  return {
    width,
    height,
    colours: coloursOf(layout),
    ...turnOf('TIFF', bytes, tagged),
    ...(heldBytes > 0 && { heldBytes }),
  };
}

function coloursOf({ bits, samples, photometric }: TiffLayout): Colours {
  if (photometric === SEPARATED) return bits === 16 ? 'cmyk16' : 'cmyk';
  const isGrey = samples === 1 && photometric !== undefined && GREYS.includes(photometric);
  return bits === 16 && isGrey ? 'grey16' : 'rgb';
}

/** Planes are all held before they are put together; the row that is worked on takes more at 16 bits. */
function bytesHeld({ bits, samples, isPlanar }: TiffLayout): number {
  if (isPlanar) return 2 * samples * Math.ceil(bits / 8);
  return bits === 16 && samples > 3 ? 1 : 0;
}
