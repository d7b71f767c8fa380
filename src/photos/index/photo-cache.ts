import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Database, RootDatabase } from 'lmdb';
import type { ErrorCode } from '../../core/errors.js';
import { READER_VERSION } from '../../towers/image/versions.js';
import type { MediaFacts } from '../media/kind.js';
import type { PhotoFile } from '../walk.js';
import { LastUse } from './last-use.js';

/** What is known of a photo by its content: the model's vector with what its header tells, or why it was refused. */
export type NotedContent =
  { readonly vector: Float32Array; readonly facts: MediaFacts; readonly mediaType: string } | RefusedContent;

export interface RefusedContent {
  readonly refused: string;
  readonly reason?: string;
  /** The error's code; that of a photo where there is none. */
  readonly code?: ErrorCode;
}

/** The same, or the vector alone where an earlier reader read the rest. */
export type KnownContent = NotedContent | { readonly vector: Float32Array; readonly facts?: undefined };

/** What one model made of contents, by their hash. */
export interface ContentCache {
  find(contentHash: string): KnownContent | undefined;
  note(contentHash: string, content: NotedContent): void;
}

/** What tells whether a file is the one that was noted. */
export type FileState = Pick<PhotoFile, 'location' | 'bytes' | 'modifiedMs' | 'inode'>;

/**
 * What earlier runs have learnt of photos. Everything in it can be made again: nothing is lost but time where it is not
 * there. Several processes may use one at once, and one that is killed leaves it whole.
 */
export interface PhotoCache {
  /** The content hash of a file that is as it was when it was last noted: same place, size, time of change and inode. */
  hashOf(file: FileState): string | undefined;
  noteHash(file: FileState, contentHash: string): void;
  /** @param space Names what vectors depend on beside the content: model, its files, settings. */
  contents(space: string): ContentCache;
  /** Removes, in the background of other work, what has not been used for long; see `LastUse`. */
  thin(): Promise<void>;
  /** Forgets all files and contents, whichever model they were for. */
  clear(): void;
  /** Resolves when all that was noted is on disk. */
  close(): Promise<void>;
}

interface StoredFile {
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly inode: string;
  readonly hash: string;
}

/** With the version of the reader that told the facts, or refused. */
type StoredContent = { readonly reader?: number } & (
  { readonly vector: Uint8Array; readonly facts: MediaFacts; readonly mediaType: string } | RefusedContent
);

export interface PhotoCacheOptions {
  /** Injected in tests. */
  readonly now?: () => number;
  readonly maxBytes?: number;
  readonly reader?: number;
}

/** Some 300,000 photos, with vectors of a thousand numbers. */
const MAX_BYTES = 2 * 2 ** 30;
/** What a killed process may lose: writes are gathered so long. */
const COMMIT_DELAY_MS = 500;

/**
 * The cache below `cacheDir`, made if it is not there.
 * @param onFailure Called once, with what keeps notes from being written; reading goes on.
 * @throws Error if the folder cannot be written or the library has no build for this system.
 */
export async function openPhotoCache(
  cacheDir: string,
  onFailure: (error: unknown) => void,
  options: PhotoCacheOptions = {},
): Promise<PhotoCache> {
  const { open } = await import('lmdb'); // a library in machine code: where it has no build, the rest goes on without
  const folder = path.join(cacheDir, 'photos');
  await mkdir(folder, { recursive: true });
  // With it, a process that is killed while it writes can end all writing, and reading, of the others (MDB_PANIC).
  const root = open({ path: path.join(folder, 'index.lmdb'), overlappingSync: false });
  return new LmdbCache(root, onFailure, options);
}

class LmdbCache implements PhotoCache {
  readonly #root: RootDatabase;
  readonly #files: Database<StoredFile, Buffer>;
  readonly #contents: Database<StoredContent, Buffer>;
  readonly #reader: number;
  readonly #lastUse: LastUse;
  readonly #closing = new AbortController();
  #onFailure: ((error: unknown) => void) | undefined;
  readonly #unwritten: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    root: RootDatabase,
    onFailure: (error: unknown) => void,
    { now = Date.now, maxBytes = MAX_BYTES, reader = READER_VERSION }: PhotoCacheOptions,
  ) {
    this.#root = root;
    this.#files = root.openDB({ name: 'files', keyEncoding: 'binary' });
    this.#contents = root.openDB({ name: 'contents', keyEncoding: 'binary' });
    const days = root.openDB<number, Buffer>({ name: 'days', keyEncoding: 'binary' });
    this.#lastUse = new LastUse({ root, days, tables: [this.#files, this.#contents], maxBytes, now });
    this.#reader = reader;
    this.#onFailure = onFailure;
  }

  hashOf(file: FileState): string | undefined {
    const key = keyOf(file.location);
    const noted = this.#files.get(key);
    if (noted === undefined) return undefined;
    this.#use(this.#files, key);
    const { bytes, modifiedMs, inode, hash } = noted;
    const same = bytes === file.bytes && modifiedMs === file.modifiedMs && inode === file.inode;
    return same ? hash : undefined;
  }

  noteHash({ location, bytes, modifiedMs, inode }: FileState, hash: string): void {
    this.#put(this.#files, keyOf(location), { bytes, modifiedMs, inode, hash });
  }

  contents(space: string): ContentCache {
    return {
      find: (contentHash) => this.#find(keyOf(space, contentHash)),
      note: (contentHash, content) => this.#note(keyOf(space, contentHash), content),
    };
  }

  clear(): void {
    this.#unwritten.length = 0;
    this.#write(() => this.#files.clearSync());
    this.#write(() => this.#contents.clearSync());
    this.#write(() => this.#lastUse.clear());
    this.#commit();
  }

  async thin(): Promise<void> {
    try {
      await this.#lastUse.thin(this.#closing.signal);
    } catch (error) {
      this.#fail(error);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#commit();
    await this.#root.close();
  }

  #find(key: Buffer): KnownContent | undefined {
    const stored = this.#contents.get(key);
    if (stored === undefined) return undefined;
    this.#use(this.#contents, key);
    const { reader, ...noted } = stored;
    // What one reader refuses, the next one may read.
    if ('refused' in noted) return reader === this.#reader ? noted : undefined;
    // A copy of its own: what is read may lie at any address, and floats need one that is a multiple of four.
    const vector = new Float32Array(Uint8Array.from(noted.vector).buffer);
    return reader === this.#reader ? { ...noted, vector } : { vector };
  }

  #note(key: Buffer, content: NotedContent): void {
    const noted =
      'refused' in content
        ? content
        : { ...content, vector: Buffer.from(Float32Array.from(content.vector).buffer) };
    this.#put(this.#contents, key, { ...noted, reader: this.#reader });
  }

  #put<Value>(table: Database<Value, Buffer>, key: Buffer, value: Value): void {
    this.#write(() => {
      table.putSync(key, value);
      this.#lastUse.note(key);
    });
  }

  /** Another process may have removed it meanwhile. */
  #use<Value>(table: Database<Value, Buffer>, key: Buffer): void {
    if (!this.#lastUse.isDue(key)) return;
    this.#write(() => {
      if (table.doesExist(key)) this.#lastUse.note(key);
    });
  }

  /** Gathers what is to be written: a note that is not written costs time in the next run, and must not cost this one any. */
  #write(put: () => void): void {
    this.#unwritten.push(put);
    this.#timer ??= setTimeout(() => this.#commit(), COMMIT_DELAY_MS).unref();
  }

  /** In one transaction of this thread: of those of the library's own thread, some failures can be caught by nobody. */
  #commit(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const puts = this.#unwritten.splice(0);
    try {
      this.#root.transactionSync(() => puts.forEach((put) => put()));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#onFailure?.(error);
    this.#onFailure = undefined;
  }
}

/** Keys of one length for names of any: the store's own are bounded. */
function keyOf(...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest();
}
