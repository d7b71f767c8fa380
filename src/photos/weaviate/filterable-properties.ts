import type { CollectionConfig } from 'weaviate-client';

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
