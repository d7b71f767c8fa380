import type { Embedder } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import { hashContent, toPhotoId } from '../identity.js';
import type { MediaKind, MediaTools } from '../media/kind.js';
import { kindOfMediaType, PHOTOS_ALONE } from '../media/kinds.js';
import { readWholeFile } from '../../core/regular-file.js';
import { folderOf } from '../walk.js';
import type { PhotoFile } from '../walk.js';
import { learnContent } from './learn-content.js';
import type { Learnt } from './learn-content.js';
import type { ContentCache, PhotoCache } from './photo-cache.js';
import type { PhotoRecord, PhotoTable } from './photo-table.js';

export interface PhotoReaderOptions {
  readonly table: PhotoTable;
  readonly embedder: Embedder;
  /** What earlier runs have learnt of files, and of contents with this model; absent to learn all anew. */
  readonly cache?: Pick<PhotoCache, 'hashOf' | 'noteHash'> | undefined;
  readonly known?: ContentCache | undefined;
  readonly maxImageBytes: number;
  /** What is taken; photos alone unless it is given. */
  readonly kinds?: readonly MediaKind[];
  /** What reading the facts of some kinds takes. */
  readonly tools?: MediaTools;
}

/** Takes files into a table. Copies become one photo of several names, whose content is learnt once. */
export class PhotoReader {
  readonly #options: PhotoReaderOptions;
  /** Contents that are being learnt, by their photo's id. */
  readonly #arriving = new Map<string, Promise<Learnt>>();

  constructor(options: PhotoReaderOptions) {
    this.#options = options;
  }

  /**
   * The id of the photo that the file is, which the table has by then.
   * @throws HandspringError for what is no good; the system's errors as they are.
   */
  async read(file: PhotoFile, signal: AbortSignal): Promise<string> {
    const { table, embedder, cache, known, kinds = PHOTOS_ALONE, tools, maxImageBytes } = this.#options;
    const { path: name, bytes } = file;
    if (bytes > maxImageBytes) throw new HandspringError('payload_too_large', tooLarge(bytes, maxImageBytes));
    const { contentHash, read } = await openContent(file, cache);
    const id = toPhotoId(contentHash);
    if (table.get(id) !== undefined) {
      table.addName(id, name);
      return id;
    }
    const learnt = await this.#learnOnce(id, () =>
      learnContent(contentHash, read, { embedder, known, kinds, tools, name, signal }),
    );
    table.put(toPhotoRecord(id, file, learnt), learnt.vector);
    return id;
  }

  /** Copies that are read at the same time are learnt once. */
  #learnOnce(id: string, learn: () => Promise<Learnt>): Promise<Learnt> {
    const arriving = this.#arriving.get(id) ?? learn().finally(() => this.#arriving.delete(id));
    this.#arriving.set(id, arriving);
    return arriving;
  }
}

/** A file's content by its hash, read only if the cache does not know the file as it is. */
async function openContent(
  file: PhotoFile,
  cache: PhotoReaderOptions['cache'],
): Promise<{ contentHash: string; read: () => Promise<Uint8Array> }> {
  const noted = cache?.hashOf(file);
  if (noted !== undefined) return { contentHash: noted, read: () => readUnchanged(file, noted) };
  const bytes = await readWholeFile(file.location);
  const contentHash = hashContent(bytes);
  cache?.noteHash(file, contentHash);
  return { contentHash, read: () => Promise.resolve(bytes) };
}

/** What is learnt is kept under the hash, so the bytes have to be the ones that it is of. */
async function readUnchanged(file: PhotoFile, contentHash: string): Promise<Uint8Array> {
  const bytes = await readWholeFile(file.location);
  if (hashContent(bytes) !== contentHash) throw new Error('the file changed while it was looked at');
  return bytes;
}

function tooLarge(bytes: number, maxBytes: number): string {
  return `expected at most ${maxBytes} bytes (MAX_IMAGE_BYTES), received ${bytes}`;
}

/** The table's record of a photo in a file: its properties are what a file tells by itself. */
export function toPhotoRecord(
  id: string,
  file: Pick<PhotoFile, 'path' | 'modifiedMs'>,
  { facts: { width, height, shape, format, takenAt, seconds, outline }, mediaType }: Omit<Learnt, 'vector'>,
): PhotoRecord {
  return {
    id,
    name: file.path,
    kind: kindOfMediaType(mediaType).modality,
    ...(width === undefined || height === undefined ? {} : { width, height }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(outline === undefined ? {} : { outline }),
    properties: { folder: folderOf(file.path), ...(format ? { format } : {}), ...(shape ? { shape } : {}) },
    mediaType,
    modifiedMs: file.modifiedMs,
    ...(takenAt ? { takenMs: takenAt.getTime() } : {}),
  };
}
