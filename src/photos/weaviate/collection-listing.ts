import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { IndexProgress, PhotoList, PropertyValues, StoredPhoto, Stretch } from '../index/store.js';
import { newestFirst, stretchOf } from '../index/newest-first.js';
import { matches, propertyValues } from '../index/property-values.js';
import type { Choice } from '../index/property-values.js';
import type { Scope } from './photo-queries.js';
import type { ListedPhoto } from './weaviate-photo.js';

export interface CollectionListingOptions {
  /** Goes through the whole collection. */
  readonly walk: () => AsyncIterable<readonly ListedPhoto[]>;
  /** How many objects there are. */
  readonly count: () => Promise<number>;
  /** Injected in tests. */
  readonly now?: () => number;
}

/** Photos of which each content is there once, newest first, and the ids of the other copies. */
interface View {
  readonly photos: readonly ListedPhoto[];
  readonly copies: readonly string[];
}

/** Callers within so long of the last walk get what it found. */
const KEEP_MS = 3_000;
/** And no more than a share of one in so many of the time goes into walking: a large collection is walked seldom. */
const SHARE = 10;
/** Whoever comes as a walk begins waits for it, so long; a small collection is walked by then. */
const WAIT_MS = 1_000;
const MOST_VIEWS = 20;
/** Weaviate looks each of them up, with every search. */
const MOST_LEFT_OUT = 10_000;

/**
 * Which photos a collection has, in the order that the page shows them, copies folded: Weaviate itself can neither sort by
 * one date or else another, nor fold, nor reach past its first 10,000. A walk through the collection learns it, and is
 * repeated while somebody looks.
 */
export class CollectionListing {
  readonly #options: CollectionListingOptions;
  readonly #now: () => number;
  readonly #listed = new Map<string, ListedPhoto>();
  /** Put here since the walk that is under way began, which may not meet them. */
  readonly #put = new Set<string>();
  readonly #views = new Map<string, View>();
  #walking: Promise<void> | undefined;
  #begunAt = -Infinity;
  #due = -Infinity;
  #complete = false;
  #total = 0;

  constructor(options: CollectionListingOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * Begins to walk if it is time to, and waits a moment for what is found.
   * @throws What the walk throws.
   */
  async keepUp(): Promise<void> {
    if (this.#walking === undefined && this.#now() >= this.#due) {
      this.#begunAt = this.#now();
      this.#walking = this.#walk().finally(() => (this.#walking = undefined));
      this.#walking.catch(() => undefined); // whoever waits for it is told
    }
    const left = this.#begunAt + WAIT_MS - this.#now();
    if (this.#walking === undefined || left <= 0) return;
    const waited = new AbortController();
    const patience = sleep(left, undefined, { signal: waited.signal, ref: false }).catch(() => undefined);
    await Promise.race([this.#walking, patience]).finally(() => waited.abort());
  }

  /** A photo that has just been stored. */
  put(photo: ListedPhoto): void {
    this.#put.add(photo.id);
    this.#set(photo);
  }

  /** How far the first walk is; once it is through, the list is kept up without a sign. */
  get progress(): IndexProgress {
    const done = this.#listed.size;
    const { photos } = this.#view({});
    return {
      state: this.#complete ? 'ready' : 'indexing',
      total: this.#complete ? done : Math.max(done, this.#total),
      done,
      duplicates: done - photos.length,
      refusedCount: 0,
      refused: [],
    };
  }

  get count(): number {
    return this.#view({}).photos.length;
  }

  countOf(kind: string): number {
    return this.#view({ kind }).photos.length;
  }

  get filters(): PropertyValues[] {
    return propertyValues(this.#view({}).photos);
  }

  /** A stretch of the photos, newest first; `at` may be any copy of the one that is in it. */
  newest({ at, ...stretch }: Stretch, choice: Choice = {}): PhotoList {
    const { photos } = this.#view(choice);
    const hash = at === undefined ? undefined : this.#listed.get(at)?.contentHash;
    const shown = hash === undefined ? undefined : photos.find(({ contentHash }) => contentHash === hash)?.id;
    const found = stretchOf(photos, { ...stretch, ...(shown !== undefined && { at: shown }) });
    return { ...found, photos: found.photos.map(toStoredPhoto) };
  }

  /**
   * What a search is kept to: of each photo that is chosen one copy, the first in the list.
   * @param like A photo none of whose copies is wanted.
   */
  scope(choice: Choice = {}, like?: string): Scope {
    const { photos, copies } = this.#view(choice);
    const hash = like === undefined ? undefined : (this.#listed.get(like)?.contentHash ?? like);
    const same = [...this.#listed.values()].filter(({ contentHash }) => contentHash === hash);
    const itself = like === undefined ? [] : [like, ...same.map(({ id }) => id)];
    const isListed = photos.some(({ contentHash }) => contentHash === hash);
    return {
      without: [...new Set([...itself, ...copies])].slice(0, MOST_LEFT_OUT),
      total: this.#complete ? photos.length - (isListed ? 1 : 0) : undefined,
    };
  }

  async #walk(): Promise<void> {
    const begun = this.#now();
    this.#put.clear();
    const met = new Set<string>();
    try {
      if (!this.#complete) this.#total = await this.#options.count();
      for await (const page of this.#options.walk()) {
        for (const photo of page) {
          met.add(photo.id);
          this.#set(photo);
        }
      }
      for (const id of this.#listed.keys()) if (!met.has(id) && !this.#put.has(id)) this.#remove(id);
      this.#complete = true;
      this.#due = this.#now() + Math.max(KEEP_MS, (this.#now() - begun) * SHARE);
    } catch (error) {
      this.#due = -Infinity;
      throw error;
    }
  }

  #set(photo: ListedPhoto): void {
    if (isDeepStrictEqual(photo, this.#listed.get(photo.id))) return;
    this.#listed.set(photo.id, photo);
    this.#views.clear();
  }

  #remove(id: string): void {
    this.#listed.delete(id);
    this.#views.clear();
  }

  #view({ filter, kind }: Choice): View {
    const key = JSON.stringify([filter, kind]);
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    if (this.#views.size >= MOST_VIEWS) this.#views.clear();
    const choice = { ...(filter && { filter }), ...(kind !== undefined && { kind }) };
    const view = toView([...this.#listed.values()].filter((photo) => matches(photo, choice)));
    this.#views.set(key, view);
    return view;
  }
}

function toView(listed: readonly ListedPhoto[]): View {
  const seen = new Set<string>();
  const photos: ListedPhoto[] = [];
  const copies: string[] = [];
  for (const photo of newestFirst(listed)) {
    if (seen.has(photo.contentHash)) copies.push(photo.id);
    else photos.push(photo);
    seen.add(photo.contentHash);
  }
  return { photos, copies };
}

/** The public part of it. */
function toStoredPhoto({
  contentHash: _contentHash,
  modifiedMs: _modifiedMs,
  takenMs: _takenMs,
  ...photo
}: ListedPhoto): StoredPhoto {
  return photo;
}
