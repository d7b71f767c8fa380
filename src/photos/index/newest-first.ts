import type { Extent, Stretch } from './store.js';

/** What says how new a photo is. */
export interface Dated {
  readonly name: string;
  /** When it was taken, as far as its header tells. */
  readonly takenMs?: number;
  /** The file's modification time. */
  readonly modifiedMs: number;
}

/** A copy of the list, newest first, and by name where that is the same. */
export function newestFirst<Photo extends Dated>(photos: Iterable<Photo>): Photo[] {
  return [...photos].sort((a, b) => dateOf(b) - dateOf(a) || a.name.localeCompare(b.name, 'en'));
}

/** A copy of a folder has times of its own: when a photo was taken says more. */
function dateOf({ takenMs, modifiedMs }: Dated): number {
  return takenMs ?? modifiedMs;
}

/** The stretch of a list that is asked for. */
export function stretchOf<Photo extends { readonly id: string }>(
  all: readonly Photo[],
  { limit, offset: asked = 0, at }: Stretch,
): Extent & { readonly photos: readonly Photo[] } {
  const place = at === undefined ? -1 : all.findIndex(({ id }) => id === at);
  const offset = place === -1 ? asked : place - (place % limit);
  return { photos: all.slice(offset, offset + limit), offset, total: all.length };
}
