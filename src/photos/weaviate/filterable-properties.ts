import type { CollectionConfig } from 'weaviate-client';

/** Every photo has its own; kinds are shown apart in any case. */
const NO_CHOICE = new Set(['path', 'contentHash', 'kind']);

/** Weaviate's name of strings. */
const STRINGS = 'text';

/** The properties whose values are matched whole, which a choice among values needs. */
export function filterableProperties(config: CollectionConfig): string[] {
  return config.properties
    .filter(({ name, dataType, tokenization, indexFilterable }) => {
      if (!indexFilterable || NO_CHOICE.has(name)) return false;
      return dataType === STRINGS && tokenization === 'field';
    })
    .map(({ name }) => name);
}
