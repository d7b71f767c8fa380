import sharp, { type Metadata, type Sharp } from 'sharp';
import type { ImageFormat } from './format.js';
import type { ImageHeader } from './inspect.js';
import { corruptImage, truncatedImage, unsupportedImage } from './invalid-image.js';

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

/** The header of an image in one of the formats that sharp decodes; see `inspectImage`. */
export async function readNativeHeader(format: ImageFormat, bytes: Uint8Array): Promise<ImageHeader> {
  let metadata: Metadata;
  try {
    metadata = await openNative(bytes, false).metadata();
  } catch (error) {
    throw toInvalidImage(format, error);
  }
  return { format, width: metadata.width, height: metadata.height, colours: coloursOf(format, metadata) };
}

function coloursOf(format: ImageFormat, { space, depth }: Metadata): ImageHeader['colours'] {
  if (depth !== 'uchar' && depth !== 'ushort') {
    throw unsupportedImage(`a ${format} image of 8 or 16 bits a channel`, `one of type ${depth}`);
  }
  if (space === 'cmyk') return 'cmyk';
  if (space === 'grey16') return 'grey16';
  return 'rgb';
}

/** The caller's error for one of libvips', whose messages name no reason but in words. */
export function toInvalidImage(format: ImageFormat, error: unknown): Error {
  const message = error instanceof Error ? error.message : '';
  return /premature end|truncated|end of (file|stream|input)|not enough|too short|unexpected eof/i.test(
    message,
  )
    ? truncatedImage(format, error)
    : corruptImage(format, error);
}
