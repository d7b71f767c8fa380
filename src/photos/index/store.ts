/** One photo of a store, or a sound, without its bytes. */
export interface StoredPhoto {
  /** The store's own key, safe in a URL. */
  readonly id: string;
  /** What a person calls it: the path inside the folder, or the name the object carries. */
  readonly name: string;
  /** Pixels as shown, after the orientation tag. */
  readonly width?: number;
  readonly height?: number;
  /** What it is, by the modality of its tower; a photo, `image`, where it does not say. */
  readonly kind?: string;
  /** How long a sound is, and its outline: how loud each of equal parts is, 00 to ff, two hexadecimal digits each. */
  readonly seconds?: number;
  readonly outline?: string;
  /** Values a search can be filtered by, by property. */
  readonly properties: Readonly<Record<string, string>>;
}

/** A photo that answers a search. */
export interface Hit extends StoredPhoto {
  /** Cosine similarity between the query's vector and the photo's, -1 to 1; higher is closer. */
  readonly score: number;
}

/** Keeps the photos whose property has exactly this value. */
export interface PhotoFilter {
  readonly property: string;
  readonly value: string;
}

export interface StoreOptions {
  /** Aborted when the caller has gone. */
  readonly signal?: AbortSignal;
}

/** Which part of a list of photos is wanted. */
export interface Stretch<Key = string> {
  /** The most photos to answer. */
  readonly limit: number;
  /** How many to pass over, from the front; 0 unless said. */
  readonly offset?: number;
  /**
   * Instead of an offset, a photo: the stretch that it is in, of those that begin at a multiple of `limit`. If the list has
   * no such photo, or the store cannot tell where in the list it is, the first stretch.
   */
  readonly at?: Key;
}

export interface SearchOptions extends StoreOptions, Stretch {
  readonly filter?: PhotoFilter;
  /** Keeps what is of one kind: scores of several are on scales of their own. All of them unless it is given. */
  readonly kind?: string;
}

/** Where in the whole list an answer's photos are. */
export interface Extent {
  /** The place of the first of them, from 0. */
  readonly offset: number;
  /** How many photos the list has, as far as it can be asked for. */
  readonly total: number;
  /** How many more there are that no offset reaches, in a store that has such. */
  readonly beyond?: number;
}

export interface PhotoList extends Extent {
  readonly photos: readonly StoredPhoto[];
}

export interface SearchResult extends Extent {
  /** Best first. */
  readonly hits: readonly Hit[];
  /** How long the model took for the query, where the store knows it. */
  readonly encodeMs?: number;
  /** True when the model read only the beginning of the text, where the store knows it. */
  readonly truncated?: boolean;
}

export interface PropertyValues {
  readonly property: string;
  /** Most frequent first, at most 50. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

/** How many of one kind there are, and what people call them. */
export interface KindCount {
  readonly kind: string;
  readonly one: string;
  readonly many: string;
  readonly count: number;
}

export interface StoreDescription {
  /** Which store this is, in a word or two: `memory`, `Weaviate`. */
  readonly kind: string;
  /** How it searches, in plain words. */
  readonly title: string;
  /** Where the photos are: a folder's name or a collection; never a full path. */
  readonly where: string;
  readonly count: number;
  /** The kinds that it takes and can be searched by, photos first. */
  readonly kinds: readonly KindCount[];
  /** The properties a search can be filtered by. */
  readonly filters: readonly PropertyValues[];
  /** Whether `addImage` can work at all. */
  readonly canAdd: boolean;
}

export interface RefusedFile {
  readonly name: string;
  readonly reason: string;
  /** Why it is no photo, in one word: one of `INVALID_IMAGE_REASONS` or `too_large`. */
  readonly kind?: string;
}

export interface IndexProgress {
  readonly state: 'indexing' | 'ready';
  /** Files that look like photos. */
  readonly total: number;
  /** Of them, those that have been read, whether they went in or not. */
  readonly done: number;
  /** Files whose content another file has already. */
  readonly duplicates: number;
  readonly refusedCount: number;
  /** The first 100 that could not be read, and why. */
  readonly refused: readonly RefusedFile[];
}

export interface StoredImage {
  /** The encoded image as it was put in: to be read once, or destroyed. */
  readonly body: AsyncIterable<Uint8Array> & { destroy(): void };
  readonly bytes: number;
  readonly mediaType: string;
  /** True when the id stands for these very bytes, so that they can be cached for good. */
  readonly immutable: boolean;
}

export interface NewImage {
  /** The name the caller gives it; untrusted. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Added {
  /** `duplicate` when a photo with the same content is there already: `photo` is that one. */
  readonly outcome: 'added' | 'duplicate';
  readonly photo: StoredPhoto;
}

/**
 * Photos that can be searched by meaning. The level is the one that a table in memory and a vector database can both do.
 * Errors meant for the caller are `HandspringError`: `not_found` for an id that is not there, `invalid_image` or
 * `invalid_media` for bytes that are no photo or sound, `overloaded` when the same call may work in a moment.
 */
export interface Store {
  describe(options?: StoreOptions): Promise<StoreDescription>;
  /** Photos without a query, newest first. */
  list(options: SearchOptions): Promise<PhotoList>;
  searchByText(query: string, options: SearchOptions): Promise<SearchResult>;
  /** `image` is an encoded image (JPEG, PNG, …), or a file of another kind that the store takes. */
  searchByImage(image: Uint8Array, options: SearchOptions): Promise<SearchResult>;
  /** Photos near the photo `id`, without that photo itself. */
  searchLike(id: string, options: SearchOptions): Promise<SearchResult>;
  readPhoto(id: string, options?: StoreOptions): Promise<StoredPhoto>;
  openImage(id: string, options?: StoreOptions): Promise<StoredImage>;
  addImage(image: NewImage, options?: StoreOptions): Promise<Added>;
  progress(): IndexProgress;
  close(): Promise<void>;
}
