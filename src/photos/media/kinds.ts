import type { MediaKind } from './kind.js';
import { formatOfPhoto } from './photo-format.js';
import { formatOfSound } from './sound-format.js';

export const PHOTO: MediaKind = { modality: 'image', one: 'photo', many: 'photos', formatOf: formatOfPhoto };
export const SOUND: MediaKind = { modality: 'audio', one: 'sound', many: 'sounds', formatOf: formatOfSound };

/** Every kind of file that is searched. What decides by kind asks this table. */
export const MEDIA_KINDS: readonly MediaKind[] = [PHOTO, SOUND];

/** The kind of a file, told by its content; undefined for one of none. */
export function kindOf(bytes: Uint8Array): MediaKind | undefined {
  return MEDIA_KINDS.find(({ formatOf }) => formatOf(bytes) !== undefined);
}
