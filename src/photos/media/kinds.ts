import { HandspringError } from '../../core/errors.js';
import { foreignSound } from '../../towers/audio/decode/format.js';
import { readPhotoFacts } from '../facts.js';
import type { MediaFormat, MediaKind } from './kind.js';
import { formatOfPhoto, isPhotoName } from './photo-format.js';
import { formatOfSound, isForeignName, isSoundName, nameOfSound } from './sound-format.js';
import { formatOfVideo, isVideoName, nameOfVideo } from './video-format.js';

export const PHOTO: MediaKind = {
  modality: 'image',
  untaken: 'image',
  one: 'photo',
  many: 'photos',
  isName: isPhotoName,
  byFfmpeg: () => false,
  formatOf: formatOfPhoto,
  readFacts: readPhotoFacts,
  refusedAs: 'invalid_image',
};

export const SOUND: MediaKind = {
  modality: 'audio',
  untaken: 'audio',
  one: 'sound',
  many: 'sounds',
  isName: isSoundName,
  byFfmpeg: (file) => (typeof file === 'string' ? isForeignName(file) : foreignSound(file) !== undefined),
  formatOf: formatOfSound,
  readFacts: async (bytes, tools) => {
    const format = nameOfSound(bytes);
    return format === undefined ? {} : { format, ...(await tools?.readSound(bytes)) };
  },
  refusedAs: 'invalid_media',
};

export const VIDEO: MediaKind = {
  modality: 'video',
  untaken: 'video',
  one: 'video',
  many: 'videos',
  isName: isVideoName,
  byFfmpeg: () => true,
  formatOf: formatOfVideo,
  readFacts: async (bytes, tools) => {
    const format = nameOfVideo(bytes);
    return format === undefined ? {} : { format, ...(await tools?.readVideo?.(bytes)) };
  },
  refusedAs: 'invalid_media',
};

/** Every kind of file that is searched, in the order in which a file's content is asked. What decides by kind asks this table. */
export const MEDIA_KINDS: readonly MediaKind[] = [PHOTO, SOUND, VIDEO];

/** What is taken unless more is asked for. */
export const PHOTOS_ALONE: readonly MediaKind[] = [PHOTO];

/** The kind of a file, told by its content; undefined for one of none of these. */
export function kindOf(bytes: Uint8Array, kinds: readonly MediaKind[] = MEDIA_KINDS): MediaKind | undefined {
  const kind = MEDIA_KINDS.find(({ formatOf }) => formatOf(bytes) !== undefined);
  return kind && kinds.find(({ modality }) => modality === kind.modality);
}

/** The kind of a file by its content, else by its name, else a photo: whose tower then says what it is instead. */
export function kindOfFile(bytes: Uint8Array, name: string, kinds: readonly MediaKind[]): MediaKind {
  return kindOf(bytes, kinds) ?? kinds.find(({ isName }) => isName(name)) ?? kinds[0] ?? PHOTO;
}

/** The kinds whose tower a model has. */
export function kindsOf(modalities: readonly string[]): readonly MediaKind[] {
  return MEDIA_KINDS.filter(({ modality }) => modalities.includes(modality));
}

/** `photos`, `photos and sounds`, `photos, sounds and videos` */
export function namesOf(kinds: readonly MediaKind[]): string {
  return new Intl.ListFormat('en-GB').format(kinds.map(({ many }) => many));
}

/** The kind that answers call by this name; a photo where there is none. */
export function kindNamed(modality: string | undefined): MediaKind {
  return MEDIA_KINDS.find((kind) => kind.modality === modality) ?? PHOTO;
}

/** The kind that a media type is of; media types begin as modalities are called. */
export function kindOfMediaType(mediaType: string): MediaKind {
  return kindNamed(mediaType.split('/')[0]);
}

/** Whether an error says of a file that it is none of its kind: another time will not do. */
export function refusesContent({ code }: HandspringError): boolean {
  return MEDIA_KINDS.some(({ refusedAs }) => refusedAs === code);
}

/**
 * The names of a file's format, told by its content.
 * @throws HandspringError for one of another kind.
 */
export function formatOf(bytes: Uint8Array, { one, formatOf: format, refusedAs }: MediaKind): MediaFormat {
  const found = format(bytes);
  if (found) return found;
  throw new HandspringError(refusedAs, `expected a ${one} that can be read, received another file`, {
    reason: 'unknown_format',
  });
}
