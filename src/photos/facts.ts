import { sharp } from '../towers/image/sharp.js';
import type { Metadata } from 'sharp';
import { recogniseFormat } from '../towers/image/decode/format.js';
import type { ImageFormat } from '../towers/image/decode/format.js';
import { readPackets, turnOf } from '../towers/image/decode/orientation.js';
import { changesSides } from '../towers/image/turn.js';
import { inspectImage } from '../towers/image/decode/inspect.js';
import type { MediaFacts } from './media/kind.js';
import { readTakenAt } from './taken-at.js';

const NO_LIMITS = { maxBytes: Infinity, maxPixels: Infinity };

/** Size, format and time of a photo. Empty for anything else: whether a file is an image is the model's to say. */
export async function readPhotoFacts(bytes: Uint8Array): Promise<MediaFacts> {
  const format = recogniseFormat(bytes);
  if (format === undefined) return {};
  const metadata = await sharp(bytes)
    .metadata()
    .catch(() => undefined);
  const exif = metadata?.exif ?? exifOf(format, bytes);
  const takenAt = exif && readTakenAt(exif);
  return { format, ...(await readSize(format, bytes, metadata)), ...(takenAt ? { takenAt } : {}) };
}

async function readSize(
  format: ImageFormat,
  bytes: Uint8Array,
  metadata: Metadata | undefined,
): Promise<Pick<MediaFacts, 'width' | 'height' | 'shape'>> {
  try {
    // BMP is read by the model's own decoder alone.
    const { width, height } = metadata
      ? sizeUpright(format, bytes, metadata)
      : await inspectImage(bytes, NO_LIMITS);
    return { width, height, shape: shapeOf({ width, height }) };
  } catch {
    return {};
  }
}

/** As a person sees it: libvips knows less of an image's turn than Pillow does. */
function sizeUpright(format: ImageFormat, bytes: Uint8Array, metadata: Metadata): Size {
  const { turn } = turnOf(format, bytes, metadata.orientation);
  if (turn === undefined) return metadata.autoOrient;
  const { width, height } = metadata;
  return changesSides(turn) ? { width: height, height: width } : { width, height };
}

/** Where libvips does not see them, as behind the pixels of a PNG. */
function exifOf(format: ImageFormat, bytes: Uint8Array): Buffer | undefined {
  try {
    return readPackets(format, bytes).exif;
  } catch {
    return undefined;
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export function shapeOf({ width, height }: Size): 'landscape' | 'portrait' | 'square' {
  return width === height ? 'square' : width > height ? 'landscape' : 'portrait';
}
