import { sharp } from '../towers/image/sharp.js';
import type { Metadata } from 'sharp';
import { recogniseFormat } from '../towers/image/decode/format.js';
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
  const takenAt = metadata?.exif && readTakenAt(metadata.exif);
  return { format, ...(await readSize(bytes, metadata)), ...(takenAt ? { takenAt } : {}) };
}

async function readSize(
  bytes: Uint8Array,
  metadata: Metadata | undefined,
): Promise<Pick<MediaFacts, 'width' | 'height' | 'shape'>> {
  try {
    // BMP is read by the model's own decoder alone.
    const { width, height } = metadata?.autoOrient ?? (await inspectImage(bytes, NO_LIMITS));
    return { width, height, shape: shapeOf({ width, height }) };
  } catch {
    return {};
  }
}

export function shapeOf({
  width,
  height,
}: {
  readonly width: number;
  readonly height: number;
}): 'landscape' | 'portrait' | 'square' {
  return width === height ? 'square' : width > height ? 'landscape' : 'portrait';
}
