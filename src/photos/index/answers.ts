import type { Added, Extent, Hit, IndexProgress, StoreDescription, StoredPhoto } from './store.js';

/** What the page says about the model that answers. */
export interface ModelFacts {
  /** The name `--model` takes. */
  readonly name: string;
  readonly title: string;
  /** One plain sentence the reader has to know, such as that the starter is not CLIP. */
  readonly note?: string;
  /** Length of its vectors; absent where that is not known. */
  readonly dimensions?: number;
  /** `many`, or the one language it knows; absent where that is not known. */
  readonly languages?: string;
}

/** `GET /search/info` */
export interface InfoAnswer {
  readonly model: ModelFacts;
  readonly store: StoreDescription;
  readonly progress: IndexProgress;
  readonly adding: { readonly allowed: boolean };
  /** The largest image that can be sent, in bytes. */
  readonly maxImageBytes: number;
  /** Queries worth trying. */
  readonly examples: readonly string[];
  /** By kind, the score from which on one fits a text; absent as long as it has not been measured. */
  readonly fitsFrom: Readonly<Record<string, number>>;
}

/** `GET /search/photos` */
export interface PhotosAnswer extends Extent {
  readonly photos: readonly StoredPhoto[];
}

/** `GET /search/photos/:id` */
export interface PhotoAnswer {
  readonly photo: StoredPhoto;
}

/** `GET /search/query`, `POST /search/by-image`, `GET /search/like/:id` */
export interface SearchAnswer extends Extent {
  readonly hits: readonly Hit[];
  /** The whole search inside the service, in milliseconds. */
  readonly tookMs: number;
  /** The model's share of it. */
  readonly encodeMs?: number;
  readonly truncated: boolean;
  /** The photo that `like` was asked about. */
  readonly like?: StoredPhoto;
}

/** `POST /search/images` */
export type AddAnswer = Added;

/** Any answer that is not 2xx. */
export interface ErrorAnswer {
  readonly error: string;
  readonly code: string;
  /** Why an image was refused, as in `RefusedFile`. */
  readonly kind?: string;
}
