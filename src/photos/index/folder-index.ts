import type { BaseLogger } from 'pino';
import { forEachAtOnce } from '../../core/at-once.js';
import type { Embedder } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import { FolderWatch } from './folder-watch.js';
import { hashContent, toPhotoId } from '../identity.js';
import { readWholeFile } from '../regular-file.js';
import { folderOf } from '../walk.js';
import type { PhotoFile } from '../walk.js';
import type { MediaKind, MediaTools } from '../media/kind.js';
import { kindOfMediaType, PHOTOS_ALONE, refusesContent } from '../media/kinds.js';
import { listFolder } from './folder-listing.js';
import type { PassedOver } from './folder-listing.js';
import { learnContent } from './learn-content.js';
import type { Learnt } from './learn-content.js';
import type { ContentCache, PhotoCache } from './photo-cache.js';
import type { PhotoRecord, PhotoTable } from './photo-table.js';
import { toRefusalKind } from './refusal-kind.js';
import type { IndexProgress, RefusedFile } from './store.js';

/** Enough for the engine to form batches, few enough that at most this many files are in memory. */
const FILES_AT_ONCE = 8;
const LISTED_REFUSALS = 100;

export interface FolderIndexOptions {
  readonly folder: string;
  readonly table: PhotoTable;
  readonly embedder: Embedder;
  /** What earlier runs have learnt of files, and of contents with this model; absent to learn all anew. */
  readonly cache?: Pick<PhotoCache, 'hashOf' | 'noteHash'> | undefined;
  readonly known?: ContentCache | undefined;
  readonly maxImageBytes: number;
  /** Patterns of what is left out; see `excludeBy`. */
  readonly exclude?: readonly string[];
  /** What is taken; photos alone unless it is given. */
  readonly kinds?: readonly MediaKind[];
  /** False where what only ffmpeg reads is passed over, as there is none. */
  readonly hasFfmpeg?: boolean;
  /** What reading the facts of some kinds takes. */
  readonly tools?: MediaTools;
  readonly log: Pick<BaseLogger, 'warn'>;
  /** Told after each listing what it passed over. */
  readonly onListed?: (passed: readonly PassedOver[]) => void;
  readonly onProgress?: (progress: IndexProgress) => void;
}

interface KnownFile {
  readonly bytes: number;
  readonly modifiedMs: number;
  /** The photo it became; without one it was refused. */
  readonly id?: string;
}

/**
 * Keeps a table of photos in step with a folder: reads what is there, then listens, and on each change compares names,
 * sizes and times and reads what is new. A file that is no good is listed with its reason and stops nothing.
 */
export class FolderIndex {
  readonly #options: FolderIndexOptions;
  readonly #known = new Map<string, KnownFile>();
  readonly #refused = new Map<string, RefusedFile>();
  /** Contents that are being learnt, by their photo's id. */
  readonly #arriving = new Map<string, Promise<Learnt>>();
  /** Entered since the last listing began, which may not show them. */
  readonly #entered = new Set<string>();
  #unreadable: readonly RefusedFile[] = [];
  readonly #stop = new AbortController();
  readonly #watch: FolderWatch;
  #total = 0;
  #scanning: Promise<void> | undefined;
  #again = false;

  constructor(options: FolderIndexOptions) {
    this.#options = options;
    this.#watch = new FolderWatch(options.folder, () => {
      this.scan().catch((error: unknown) =>
        options.log.warn({ err: error }, 'the photo folder cannot be read'),
      );
    });
  }

  /** Brings the table up to date; resolves when it is. Throws when the folder itself cannot be opened. */
  scan(): Promise<void> {
    this.#again = true;
    this.#scanning ??= this.#scanUntilSettled().finally(() => {
      this.#scanning = undefined;
      this.#report();
    });
    return this.#scanning;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#watch.close();
    await this.#scanning?.catch(() => undefined);
  }

  progress(): IndexProgress {
    const refused = [...this.#refused.values(), ...this.#unreadable];
    const indexed = this.#known.size - this.#refused.size;
    return {
      state: this.#scanning === undefined ? 'ready' : 'indexing',
      total: Math.max(this.#total, this.#known.size),
      done: this.#known.size,
      duplicates: Math.max(0, indexed - this.#options.table.count),
      refusedCount: refused.length,
      refused: refused.slice(0, LISTED_REFUSALS),
    };
  }

  /** Takes in a photo whose file has just been written, so that the next scan finds it known. */
  enter(photo: PhotoRecord, vector: Float32Array, bytes: number): void {
    this.#options.table.put(photo, vector);
    this.#known.set(photo.name, { bytes, modifiedMs: photo.modifiedMs, id: photo.id });
    this.#entered.add(photo.name);
  }

  async #scanUntilSettled(): Promise<void> {
    while (this.#again && !this.#stop.signal.aborted) {
      this.#again = false;
      await this.#scanOnce();
    }
  }

  async #scanOnce(): Promise<void> {
    this.#entered.clear();
    const { folder, exclude = [], kinds = PHOTOS_ALONE, hasFfmpeg = true, onListed } = this.#options;
    const { files, folders, unreadable, passed } = await listFolder(folder, {
      exclude,
      kinds,
      hasFfmpeg,
      signal: this.#stop.signal,
    });
    onListed?.(passed);
    if (!this.#stop.signal.aborted) this.#watch.follow(folders);
    this.#total = files.length;
    this.#unreadable = unreadable;
    const present = new Set(files.map((file) => file.path));
    for (const name of [...this.#known.keys()]) {
      if (!present.has(name) && !this.#entered.has(name)) this.#forget(name);
    }
    const changed = files.filter((file) => this.#hasChanged(file));
    this.#report();
    await forEachAtOnce(changed, FILES_AT_ONCE, async (file) => {
      this.#stop.signal.throwIfAborted();
      this.#forget(file.path);
      await this.#read(file);
      this.#report();
    });
  }

  #hasChanged(file: PhotoFile): boolean {
    const known = this.#known.get(file.path);
    return known === undefined || known.bytes !== file.bytes || known.modifiedMs !== file.modifiedMs;
  }

  #forget(name: string): void {
    const id = this.#known.get(name)?.id;
    if (id !== undefined) this.#options.table.removeName(id, name);
    this.#known.delete(name);
    this.#refused.delete(name);
  }

  async #read(file: PhotoFile): Promise<void> {
    const { table, embedder, cache, known, kinds = PHOTOS_ALONE, tools, maxImageBytes } = this.#options;
    const { path: name, bytes: size, modifiedMs } = file;
    try {
      if (size > maxImageBytes) throw new HandspringError('payload_too_large', tooLarge(size, maxImageBytes));
      const { contentHash, read } = await openContent(file, cache);
      const id = toPhotoId(contentHash);
      if (table.get(id) === undefined) {
        const learnt = await this.#learnOnce(id, () =>
          learnContent(contentHash, read, {
            embedder,
            known,
            kinds,
            tools,
            name,
            signal: this.#stop.signal,
          }),
        );
        table.put(toPhotoRecord(id, file, learnt), learnt.vector);
      } else {
        table.addName(id, name);
      }
      this.#known.set(name, { bytes: size, modifiedMs, id });
    } catch (error) {
      this.#stop.signal.throwIfAborted();
      this.#refuse(file, error);
    }
  }

  /** Copies that are read at the same time are learnt once. */
  #learnOnce(id: string, learn: () => Promise<Learnt>): Promise<Learnt> {
    const arriving = this.#arriving.get(id) ?? learn().finally(() => this.#arriving.delete(id));
    this.#arriving.set(id, arriving);
    return arriving;
  }

  #refuse(file: PhotoFile, error: unknown): void {
    const { path: name, bytes, modifiedMs } = file;
    const forCaller = error instanceof HandspringError;
    this.#refused.set(name, {
      name,
      reason: forCaller ? error.message : 'the file cannot be read',
      ...toRefusalKind(error),
    });
    if (!forCaller) this.#options.log.warn({ err: error, file: name }, 'a photo cannot be read');
    // An engine's failure says nothing about the file: another time may do, so no file matches what is noted here.
    const lasting = forCaller && (refusesContent(error) || error.code === 'payload_too_large');
    this.#known.set(name, { bytes, modifiedMs: lasting ? modifiedMs : Number.NaN });
  }

  #report(): void {
    this.#options.onProgress?.(this.progress());
  }
}

/** A file's content by its hash, read only if the cache does not know the file as it is. */
async function openContent(
  file: PhotoFile,
  cache: FolderIndexOptions['cache'],
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
