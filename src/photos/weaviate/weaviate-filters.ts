import type { CollectionConfig } from 'weaviate-client';
import type { PhotoCollection } from './photo-collection.js';
import type { PropertyValues } from '../index/store.js';

const MOST_VALUES = 50;
/** Counting goes through all objects; a page that asks every few seconds gets the counts of a moment ago. */
const KEEP_MS = 5_000;
/** Every photo has its own. */
const IDENTITIES = new Set(['path', 'contentHash']);

/** Weaviate's name of strings. */
const STRINGS = 'text';

/** The properties whose values are matched whole, which a choice among values needs. */
export function filterableProperties(config: CollectionConfig): string[] {
  return config.properties
    .filter(({ name, dataType, tokenization, indexFilterable }) => {
      if (!indexFilterable || IDENTITIES.has(name)) return false;
      return dataType === STRINGS && tokenization === 'field';
    })
    .map(({ name }) => name);
}

/** The values of a collection's properties, with how many photos have each. */
export class WeaviateFilters {
  #counted: Promise<PropertyValues[]> | undefined;
  #countedAt = 0;
  readonly #collection: PhotoCollection;
  readonly #now: () => number;

  constructor(
    collection: PhotoCollection,
    readonly properties: readonly string[],
    now: () => number = () => performance.now(),
  ) {
    this.#collection = collection;
    this.#now = now;
  }

  values(): Promise<PropertyValues[]> {
    if (!this.#counted || this.#now() - this.#countedAt > KEEP_MS) {
      this.#countedAt = this.#now();
      this.#counted = Promise.all(this.properties.map((property) => this.#count(property)));
      this.#counted.catch(() => this.forget());
    }
    return this.#counted;
  }

  /** Called after a change, so that the next answer shows it. */
  forget(): void {
    this.#counted = undefined;
  }

  async #count(property: string): Promise<PropertyValues> {
    const groups = await this.#collection.aggregate.groupBy.overAll({
      groupBy: { property: property as 'shape', limit: MOST_VALUES },
    });
    const values = groups.map(({ groupedBy, totalCount }) => ({
      value: `${groupedBy.value as string}`,
      count: totalCount,
    }));
    values.sort((a, b) => b.count - a.count || a.value.localeCompare(b.value, 'en'));
    return { property, values };
  }
}
