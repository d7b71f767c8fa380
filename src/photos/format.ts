import { invalidPhoto } from './index/thumbnail.js';
import type { MediaFormat } from './media/kind.js';
import { formatOfPhoto } from './media/photo-format.js';

/**
 * The names of an image's format, told by its content.
 * @throws HandspringError `invalid_image` for anything else.
 */
export function photoFormat(bytes: Uint8Array): MediaFormat {
  const format = formatOfPhoto(bytes);
  if (format === undefined) throw invalidPhoto();
  return format;
}
