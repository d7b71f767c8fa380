import type {
  AddAnswer,
  ErrorAnswer,
  InfoAnswer,
  PhotoAnswer,
  PhotosAnswer,
  SearchAnswer,
} from '../photos/index/answers.js';
import type { PhotoFilter, Stretch } from '../photos/index/store.js';

/** A refusal by the service, with the reason it gave. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly retryAfterSeconds: number,
    /** Why an image was refused, in one word. */
    readonly kind?: string,
  ) {
    super(message);
  }

  /** The same request may work in a moment. */
  get passing(): boolean {
    return this.code === 'overloaded' || this.code === 'not_ready';
  }
}

export interface Wanted {
  readonly stretch: Stretch;
  readonly filter?: PhotoFilter;
  readonly kind?: string | undefined;
  readonly signal: AbortSignal;
}

export function readInfo(signal?: AbortSignal): Promise<InfoAnswer> {
  return call<InfoAnswer>('info', {}, { ...(signal && { signal }) });
}

export function listPhotos(wanted: Wanted): Promise<PhotosAnswer> {
  return call('photos', toParameters(wanted), { signal: wanted.signal });
}

export function readPhoto(id: string, signal: AbortSignal): Promise<PhotoAnswer> {
  return call(`photos/${encodeURIComponent(id)}`, {}, { signal });
}

export function searchByText(query: string, wanted: Wanted): Promise<SearchAnswer> {
  return call('query', { q: query, ...toParameters(wanted) }, { signal: wanted.signal });
}

export function searchLike(id: string, wanted: Wanted): Promise<SearchAnswer> {
  return call(`like/${encodeURIComponent(id)}`, toParameters(wanted), { signal: wanted.signal });
}

export function searchByImage(image: Blob, wanted: Wanted): Promise<SearchAnswer> {
  return call('by-image', toParameters(wanted), { method: 'POST', body: image, signal: wanted.signal });
}

export function addImage(file: File): Promise<AddAnswer> {
  return call('images', { name: file.name }, { method: 'POST', body: file });
}

export function toImageUrl(id: string, size?: 'thumb' | 'large'): string {
  return `search/images/${encodeURIComponent(id)}${size === undefined ? '' : `?size=${size}`}`;
}

function toParameters({ stretch, filter, kind }: Wanted): Record<string, string> {
  const { limit, offset = 0, at } = stretch;
  const where = at === undefined ? { offset: String(offset) } : { at };
  return { limit: String(limit), ...where, ...(kind !== undefined && { kind }), ...filter };
}

async function call<T>(path: string, parameters: Record<string, string>, init: RequestInit): Promise<T> {
  const query = new URLSearchParams(parameters).toString();
  const response = await fetch(`search/${path}${query === '' ? '' : `?${query}`}`, init);
  if (!response.ok) throw await toApiError(response);
  return (await response.json()) as T;
}

async function toApiError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as Partial<ErrorAnswer>;
  const retryAfterSeconds = Number(response.headers.get('Retry-After')) || 1;
  return new ApiError(
    body.error ?? `The service answered ${response.status}.`,
    body.code ?? 'internal',
    retryAfterSeconds,
    // Weaviate passes the message on, and no more.
    body.kind ?? (body.code === 'invalid_image' ? 'unknown_format' : undefined),
  );
}
