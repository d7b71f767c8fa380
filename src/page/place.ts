import type { PhotoFilter } from '../photos/index/store.js';

/** What is searched for. An image lives in this tab's memory only, so its place in the history is a key to it. */
export type Subject =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly query: string }
  | { readonly kind: 'like'; readonly id: string }
  | { readonly kind: 'image'; readonly key: string };

/** Everything the address says: the back button and a copied link bring the same page back. */
export interface Place {
  readonly subject: Subject;
  readonly filter?: PhotoFilter;
  /** Of one kind of files alone, where the store has several. */
  readonly kind?: string;
  /** The photo that is open large. */
  readonly photo?: string;
}

export function parsePlace(search: string): Place {
  const parameters = new URLSearchParams(search);
  const property = parameters.get('property');
  const value = parameters.get('value');
  const kind = parameters.get('kind');
  const photo = parameters.get('photo');
  return {
    subject: parseSubject(parameters),
    ...(property !== null && value !== null ? { filter: { property, value } } : {}),
    ...(kind === null ? {} : { kind }),
    ...(photo === null ? {} : { photo }),
  };
}

function parseSubject(parameters: URLSearchParams): Subject {
  const query = parameters.get('q') ?? '';
  const id = parameters.get('like');
  const key = parameters.get('image');
  if (query.trim() !== '') return { kind: 'text', query };
  if (id !== null) return { kind: 'like', id };
  return key === null ? { kind: 'none' } : { kind: 'image', key };
}

/** The address's query part, empty or starting with `?`. */
export function toSearch({ subject, filter, kind, photo }: Place): string {
  const parameters = new URLSearchParams();
  if (subject.kind === 'text') parameters.set('q', subject.query);
  if (subject.kind === 'like') parameters.set('like', subject.id);
  if (subject.kind === 'image') parameters.set('image', subject.key);
  if (filter !== undefined) {
    parameters.set('property', filter.property);
    parameters.set('value', filter.value);
  }
  if (kind !== undefined) parameters.set('kind', kind);
  if (photo !== undefined) parameters.set('photo', photo);
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

/** The same search without a photo open. */
export function closePhoto({ photo: _photo, ...place }: Place): Place {
  return place;
}

/** The same search among files of every kind. */
export function toAllKinds({ kind: _kind, ...place }: Place): Place {
  return place;
}

export function sameSearch(a: Place, b: Place): boolean {
  return toSearch(closePhoto(a)) === toSearch(closePhoto(b));
}
