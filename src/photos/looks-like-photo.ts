import { recogniseFormat } from '../towers/image/decode/format.js';
import type { Location } from './location.js';
import { readHead } from './media/read-head.js';

/**
 * `.jfif`, `.jpe`, `.pjpeg` and `.pjp` are what browsers and Windows call JPEG.
 */
const PHOTO_NAME = /\.(?:jpe?g|jpe|jfif|p?jpeg|pjp|png|apng|webp|gif|tiff?|bmp|dib|avif|heic|heif|hif)$/i;
const ANY_EXTENSION = /.\.[^.\s]+$/;

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
  return recogniseFormat(await readHead(location)) !== undefined;
}
