import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { embedOne } from './embed-when-free.js';
import type { FolderIndexOptions } from './folder-index.js';
import { FolderIndex } from './folder-index.js';
import { learnContent } from './learn-content.js';
import { noSuchPhoto } from './no-such-photo.js';
import type { MediaKind } from '../media/kind.js';
import { formatOf, kindOfFile, PHOTOS_ALONE } from '../media/kinds.js';
import { hashContent, toPhotoId } from '../identity.js';
import { openPhoto } from './open-photo.js';
import { toSafeFileName, writeNewFile } from '../photo-name.js';
import { statPhoto } from '../walk.js';
import { toPhotoRecord } from './photo-reader.js';
import type { PhotoRecord } from './photo-table.js';
import { PhotoTable, toStoredPhoto } from './photo-table.js';
import type * as S from './store.js';

export type MemoryStoreOptions = Omit<FolderIndexOptions, 'table'>;

/**
 * The photos, and sounds, of a folder, searched exactly in memory. The files stay on disk. Photos put into the folder by any other
 * program are found by watching it; photos added here are written into it.
 */
export class MemoryStore implements S.Store {
  readonly #options: MemoryStoreOptions;
  readonly #table = new PhotoTable();
  readonly #index: FolderIndex;
  readonly #kinds: readonly MediaKind[];
  readonly #adding = new Map<string, Promise<PhotoRecord>>();

  constructor(options: MemoryStoreOptions) {
    this.#options = options;
    this.#kinds = options.kinds ?? PHOTOS_ALONE;
    this.#index = new FolderIndex({ ...options, table: this.#table });
  }

  /** Reads the folder; resolves when every photo is in. Searches work meanwhile, on the photos read so far. */
  start(): Promise<void> {
    return this.#index.scan();
  }

  close(): Promise<void> {
    return this.#index.close();
  }

  progress(): S.IndexProgress {
    return this.#index.progress();
  }

  async describe(): Promise<S.StoreDescription> {
    const writable = await access(this.#options.folder, constants.W_OK).then(
      () => true,
      () => false,
    );
    return {
      kind: 'memory',
      title: 'exact: every photo is compared',
      where: path.basename(path.resolve(this.#options.folder)),
      count: this.#table.count,
      kinds: this.#kinds.map(({ modality: kind, one, many }) => ({
        ...{ kind, one, many },
        count: this.#table.countOf(kind),
      })),
      filters: this.#table.propertyValues(),
      canAdd: writable,
    };
  }

  list(options: S.SearchOptions): Promise<S.PhotoList> {
    return Promise.resolve(this.#table.newest(options, options));
  }

  async searchByText(query: string, options: S.SearchOptions): Promise<S.SearchResult> {
    const started = performance.now();
    const item = { modality: 'text', content: query, name: 'text' };
    const { vector, truncated } = await embedOne(this.#options.embedder, item, {
      ...(options.signal && { signal: options.signal }),
    });
    const encodeMs = performance.now() - started;
    return { ...this.#table.nearest(vector, options, options), encodeMs, truncated };
  }

  async searchByImage(image: Uint8Array, options: S.SearchOptions): Promise<S.SearchResult> {
    const started = performance.now();
    const { modality } = kindOfFile(image, '', this.#kinds);
    const item = { modality, content: image, name: modality };
    const { vector } = await embedOne(this.#options.embedder, item, {
      ...(options.signal && { signal: options.signal }),
    });
    const encodeMs = performance.now() - started;
    return { ...this.#table.nearest(vector, options, options), encodeMs };
  }

  searchLike(id: string, options: S.SearchOptions): Promise<S.SearchResult> {
    const vector = this.#table.vectorOf(id);
    if (vector === undefined) return Promise.reject(noSuchPhoto());
    return Promise.resolve(this.#table.nearest(vector, options, options, id));
  }

  readPhoto(id: string): Promise<S.StoredPhoto> {
    const photo = this.#table.get(id);
    return photo === undefined ? Promise.reject(noSuchPhoto()) : Promise.resolve(toStoredPhoto(photo));
  }

  async openImage(id: string, { signal }: S.StoreOptions = {}): Promise<S.StoredImage> {
    const photo = this.#table.get(id);
    if (photo === undefined) throw noSuchPhoto();
    const { handle, bytes } = await openPhoto(this.#options.folder, photo, signal);
    const body = handle.createReadStream({ start: 0 });
    return { body, bytes, mediaType: photo.mediaType, immutable: true };
  }

  async addImage(image: S.NewImage, { signal }: S.StoreOptions = {}): Promise<S.Added> {
    const contentHash = hashContent(image.bytes);
    const id = toPhotoId(contentHash);
    const there = this.#table.get(id) ?? this.#adding.get(id);
    if (there !== undefined) return { outcome: 'duplicate', photo: toStoredPhoto(await there) };
    const adding = this.#add(contentHash, image, signal).finally(() => this.#adding.delete(id));
    this.#adding.set(id, adding);
    return { outcome: 'added', photo: toStoredPhoto(await adding) };
  }

  async #add(
    contentHash: string,
    { name, bytes }: S.NewImage,
    signal: AbortSignal | undefined,
  ): Promise<PhotoRecord> {
    const { embedder, cache, known, tools } = this.#options;
    const kinds = this.#kinds;
    const how = { embedder, known, kinds, tools, name, signal };
    const learnt = await learnContent(contentHash, () => Promise.resolve(bytes), how);
    const { extensions } = formatOf(bytes, kindOfFile(bytes, name, kinds));
    const written = await writeNewFile(this.#options.folder, toSafeFileName(name, extensions), bytes);
    const file = await statPhoto(written, path.join(this.#options.folder, written));
    cache?.noteHash(file, contentHash);
    const photo = toPhotoRecord(toPhotoId(contentHash), file, learnt);
    this.#index.enter(photo, learnt.vector, file.bytes);
    return photo;
  }
}
