import type { Ask } from '../weaviate/collection-walk.js';
import type { Failure } from '../weaviate/failure.js';
import type { MediaFacts, MediaKind } from '../media/kind.js';
import type { PhotoFile } from '../walk.js';

/** A file read and ready to be sent. */
export interface Photo {
  readonly file: PhotoFile;
  readonly id: string;
  readonly contentHash: string;
  readonly content: Buffer;
  readonly caption?: string;
  readonly kind: MediaKind;
  readonly facts: MediaFacts;
  /** Objects of the same path with other content, to be removed once this one is in. */
  readonly replaces: readonly string[];
}

/** What is known of an object that is there. */
export interface StoredPhoto {
  readonly id: string;
  readonly path: string;
  readonly bytes: number | undefined;
  readonly modifiedMs: number | undefined;
  readonly caption: string | undefined;
  /** False for an object that a crash has left without its place in the vector index, or without ways to it there. */
  readonly whole: boolean;
}

/** What tells whether the file of an object is still there. */
export type PlacedPhoto = Pick<StoredPhoto, 'id' | 'path' | 'bytes' | 'modifiedMs'>;

/** Where photos go. All methods throw what the connection throws; `readFailure` tells what that calls for. */
export interface Target {
  /**
   * The objects that carry one of these paths.
   * @param thorough Search for each by its own vector, one query per object, to tell whether it is whole. Otherwise it is
   *   told by one query for all, which finds objects that are in the vector index and that no way leads to.
   */
  lookUp(paths: readonly string[], thorough: boolean): Promise<StoredPhoto[]>;
  /** Stores photos, replacing objects of the same ids. One entry per photo: `undefined` for stored, else the failure. */
  insert(photos: readonly Photo[]): Promise<(Failure | undefined)[]>;
  /** Removes an object; one that is not there is no error. */
  remove(id: string): Promise<void>;
  /**
   * All objects in the order of their ids, in pages.
   * @param ask Makes the query for each page.
   */
  pages(ask: Ask): AsyncIterable<readonly PlacedPhoto[]>;
}
