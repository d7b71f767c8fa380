import type { InfoAnswer } from '../photos/index/answers.js';
import type { KindCount } from '../photos/index/store.js';
import type { Place } from './place.js';

/** Which kinds of files a place shows, and where. */
export interface ShownKinds {
  /** What the grid is of. Only asked for by name where the store has several kinds. */
  readonly main: KindCount;
  /** Shown beside it, each in a row of its own. */
  readonly beside: readonly KindCount[];
  readonly several: boolean;
}

const PHOTOS: KindCount = { kind: 'image', one: 'photo', many: 'photos', count: 0 };

/** The kind that the place names, alone, or else the first that the store has, with the others beside it. */
export function toShownKinds({ kind }: Pick<Place, 'kind'>, info: InfoAnswer | undefined): ShownKinds {
  const taken = info?.store.kinds ?? [];
  const there = taken.filter(({ count }) => count > 0);
  const named = there.find((one) => one.kind === kind);
  const main = named ?? there[0] ?? taken[0] ?? PHOTOS;
  const beside = named === undefined ? there.filter((one) => one !== main) : [];
  return { main, beside, several: there.length > 1 };
}

/** `photos`, `photos and sounds`, `photos, sounds and videos` */
export function toNames(kinds: readonly KindCount[]): string {
  return toList(kinds.map(({ many }) => many)) || PHOTOS.many;
}

/** Words as people list them, with `and` before the last, or `or`. */
export function toList(
  words: readonly string[],
  type: 'conjunction' | 'disjunction' = 'conjunction',
): string {
  return new Intl.ListFormat('en-GB', { type }).format(words);
}

/** `1 photo`, `19 photos, 8 sounds and 2 videos` */
export function toCounts(kinds: readonly KindCount[]): string {
  const counts = kinds.map(({ one, many, count }) =>
    count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${many}`,
  );
  return toList(counts);
}
