import { open } from 'node:fs/promises';
import { recogniseFormat } from '../towers/image/decode/format.js';
import type { Location } from './location.js';

/**
 * `.jfif`, `.jpe`, `.pjpeg` and `.pjp` are what browsers and Windows call JPEG.
 */
const PHOTO_NAME = /\.(?:jpe?g|jpe|jfif|p?jpeg|pjp|png|apng|webp|gif|tiff?|bmp|dib|avif|heic|heif|hif)$/i;
const ANY_EXTENSION = /.\.[^.\s]+$/;
/** A file-type box with all its brands, which tells AVIF, is seldom longer. */
const HEAD_BYTES = 256;

/** Whether a file is taken for a photo by its name alone. */
export function isPhotoName(name: string): boolean {
  return PHOTO_NAME.test(name);
}

/** Whether a name says nothing of what the file is, so that its content has to. */
export function saysNothing(name: string): boolean {
  return !ANY_EXTENSION.test(name);
}

/** Whether a file begins as an image does. */
export async function beginsAsPhoto(location: Location): Promise<boolean> {
  const file = await open(location);
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    return recogniseFormat(head.subarray(0, bytesRead)) !== undefined;
  } finally {
    await file.close();
  }
}
