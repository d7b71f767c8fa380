import { sharp } from '../sharp.js';
import type { Metadata, Sharp } from 'sharp';
import { endsEarly } from './ends-early.js';
import type { ImageFormat } from './format.js';
import { corruptImage, truncatedImage, unsupportedImage } from './invalid-image.js';
import { nameJpegKind } from './jpeg-kind.js';
import { requireFewScans } from './jpeg-scans.js';
import { turnOf } from './orientation.js';
import type { Orientation } from './orientation.js';

/** The stored colours: how the pixels get to RGB depends on it. */
export type Colours = 'rgb' | 'cmyk' | 'cmyk16' | 'grey16';

export interface NativeHeader {
  readonly width: number;
  readonly height: number;
  readonly colours: Colours;
  /** Its rows are there only once all of it is decoded: a progressive JPEG, an interlaced PNG. */
  readonly isWhole?: true;
  /** It will be turned by its orientation tag, and all of it is there decoded before that. */
  readonly isTurned?: true;
  /** How it is stored, where its own decoder sees that otherwise than Pillow. */
  readonly turn?: Orientation;
  /** Bytes a pixel that its decoder holds beside what any image of the format takes. */
  readonly heldBytes?: number;
}

// Each image is decoded once, in a worker thread of its own: a cache would only hold memory, and threads below threads
// would only compete with the encoders.
sharp.cache(false);
sharp.concurrency(1);

/**
 * An image opened with sharp as a decoder only: no colour management, first page, nothing tolerated that a complete
 * file would not have. Sizes are checked by `inspectImage`, so sharp's own limit is off.
 */
export function openNative(bytes: Uint8Array, autoOrient: boolean): Sharp {
  return sharp(bytes, {
    autoOrient,
    failOn: 'error',
    ignoreIcc: true,
    limitInputPixels: false,
    pages: 1,
    sequentialRead: true,
  });
}

/** Whether an orientation tag turns the image: where it is asked for, and in TIFF, where Pillow always obeys. */
export function obeysOrientation(format: ImageFormat, orient: boolean): boolean {
  return orient || format === 'TIFF';
}

/** The header of an image in one of the formats that sharp decodes; see `inspectImage`. */
export async function readNativeHeader(
  format: ImageFormat,
  bytes: Uint8Array,
  orient: boolean,
): Promise<NativeHeader> {
  let metadata: Metadata;
  try {
    metadata = await openNative(bytes, false).metadata();
  } catch (error) {
    throw toInvalidImage(format, bytes, error);
  }
  const { isProgressive, orientation } = metadata;
  if (format === 'JPEG' && isProgressive) requireFewScans(bytes);
  const heldBytes = bytesHeld(format, metadata);
  return {
    width: metadata.width,
    height: metadata.height,
    colours: coloursOf(format, bytes, metadata),
    ...(isProgressive && { isWhole: true }),
    ...(obeysOrientation(format, orient) && turnOf(format, bytes, orientation)),
    ...(heldBytes > 0 && { heldBytes }),
  };
}

/** Measured as the format's own are: WebP's alpha, and the row of four 16-bit channels that is worked on in a PNG. */
function bytesHeld(format: ImageFormat, { hasAlpha, depth }: Metadata): number {
  if (!hasAlpha) return 0;
  return format === 'WebP' || depth === 'ushort' ? 1 : 0;
}

const PNG_COLOUR_TYPE_OFFSET = 25;
const PNG_GREY = 0;

function coloursOf(format: ImageFormat, bytes: Uint8Array, { space, depth }: Metadata): Colours {
  if (depth !== 'uchar' && depth !== 'ushort') {
    throw unsupportedImage(`a ${format} image of 8 or 16 bits a channel`, `one of type ${depth}`);
  }
  if (space === 'cmyk') return 'cmyk';
  // Pillow clips 16-bit grey, but scales it where there is an alpha channel beside it.
  const clips = bytes[PNG_COLOUR_TYPE_OFFSET] === PNG_GREY;
  if (space === 'grey16' && clips) return 'grey16';
  return 'rgb';
}

/** The caller's error for one of libvips', which says of kinds that it does not read that the file is broken. */
export function toInvalidImage(format: ImageFormat, bytes: Uint8Array, error: unknown): Error {
  const kind = format === 'JPEG' ? nameJpegKind(bytes) : undefined;
  if (kind !== undefined)
    return unsupportedImage('a JPEG image of 8 bits, baseline or progressive', `one of ${kind}`);
  const message = error instanceof Error ? error.message : '';
  return endsEarly(format, bytes, message) ? truncatedImage(format, error) : corruptImage(format, error);
}
