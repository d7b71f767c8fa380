import type { Extent, Hit, Stretch, StoredPhoto } from '../photos/index/store.js';
import type { Wanted } from './api.js';
import { ApiError, listPhotos, searchByImage, searchByText, searchLike } from './api.js';
import type { Place } from './place.js';

export type { Stretch };

export interface Found extends Extent {
  readonly photos: readonly (StoredPhoto | Hit)[];
  /** Of a search; listing photos is none. */
  readonly tookMs?: number;
  readonly encodeMs?: number;
  readonly truncated?: boolean;
  /** The photo that "more like this" was asked about. */
  readonly like?: StoredPhoto;
}

export interface FindOptions {
  readonly stretch: Stretch;
  readonly signal: AbortSignal;
  /** Of one kind alone. */
  readonly kind?: string | undefined;
  readonly image: (key: string) => File | undefined;
  /** The service is busy and will be asked again. */
  readonly onBusy: () => void;
}

/** The image of an image search is gone: the page was loaded anew. */
export class ImageGone extends Error {}

const TRIES = 5;

/** Asks the service for what `place` says; while the service is busy, again when it wants. */
export async function find(place: Place, options: FindOptions): Promise<Found> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask(place, options);
    } catch (error) {
      if (!(error instanceof ApiError && error.passing && tries < TRIES)) throw error;
      options.onBusy();
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterSeconds * 1000));
    }
  }
}

async function ask(
  { subject, filter }: Place,
  { stretch, kind, signal, image }: FindOptions,
): Promise<Found> {
  signal.throwIfAborted();
  const wanted: Wanted = { stretch, kind, signal, ...(filter && { filter }) };
  if (subject.kind === 'none') return listPhotos(wanted);
  if (subject.kind === 'image') {
    const file = image(subject.key);
    if (file === undefined) throw new ImageGone();
    return toFound(await searchByImage(file, wanted));
  }
  return toFound(
    subject.kind === 'text'
      ? await searchByText(subject.query, wanted)
      : await searchLike(subject.id, wanted),
  );
}

function toFound({ hits, ...rest }: Awaited<ReturnType<typeof searchByText>>): Found {
  return { photos: hits, ...rest };
}
