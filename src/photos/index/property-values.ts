import { PHOTO } from '../media/kinds.js';
import type { PropertyValues, SearchOptions, StoredPhoto } from './store.js';

const MOST_VALUES = 50;

type Described = Pick<StoredPhoto, 'properties' | 'kind'>;

/** Which photos of all are wanted. */
export type Choice = Pick<SearchOptions, 'filter' | 'kind'>;

/** Every property of the photos with its values and how many photos have each. */
export function propertyValues(photos: Iterable<Described>): PropertyValues[] {
  const counts = new Map<string, Map<string, number>>();
  for (const { properties } of photos) {
    for (const [property, value] of Object.entries(properties)) {
      const values = counts.get(property) ?? new Map<string, number>();
      counts.set(property, values.set(value, (values.get(value) ?? 0) + 1));
    }
  }
  return [...counts].map(([property, values]) => ({
    property,
    values: [...values]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || a.value.localeCompare(b.value, 'en'))
      .slice(0, MOST_VALUES),
  }));
}

/** Whether a photo is among those that are wanted. */
export function matches(
  { properties, kind: own = PHOTO.modality }: Described,
  { filter, kind }: Choice,
): boolean {
  if (kind !== undefined && own !== kind) return false;
  return filter === undefined || properties[filter.property] === filter.value;
}
