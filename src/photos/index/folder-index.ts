import type { BaseLogger } from 'pino';
import { forEachAtOnce } from '../../core/at-once.js';
import { HandspringError } from '../../core/errors.js';
import { FolderWatch } from './folder-watch.js';
import type { PhotoFile } from '../walk.js';
import { PHOTOS_ALONE, refusesContent } from '../media/kinds.js';
import { listFolder } from './folder-listing.js';
import type { PassedOver } from './folder-listing.js';
import { PhotoReader } from './photo-reader.js';
import type { PhotoReaderOptions } from './photo-reader.js';
import type { PhotoRecord } from './photo-table.js';
import { toRefusalKind } from './refusal-kind.js';
import type { IndexProgress, RefusedFile } from './store.js';

/** Enough for the engine to form batches, few enough that at most this many files are in memory. */
const FILES_AT_ONCE = 8;
const LISTED_REFUSALS = 100;

export interface FolderIndexOptions extends PhotoReaderOptions {
  readonly folder: string;
  /** Patterns of what is left out; see `excludeBy`. */
  readonly exclude?: readonly string[];
  /** False where what only ffmpeg reads is passed over, as there is none. */
  readonly hasFfmpeg?: boolean;
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
  readonly #reader: PhotoReader;
  readonly #known = new Map<string, KnownFile>();
  readonly #refused = new Map<string, RefusedFile>();
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
    this.#reader = new PhotoReader(options);
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
    const { path: name, bytes, modifiedMs } = file;
    try {
      const id = await this.#reader.read(file, this.#stop.signal);
      this.#known.set(name, { bytes, modifiedMs, id });
    } catch (error) {
      this.#stop.signal.throwIfAborted();
      this.#refuse(file, error);
    }
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
