import type { WeaviateObject } from 'weaviate-client';
import type { PhotoProperties } from './photo-collection.js';
import type { StoredPhoto } from '../index/store.js';

/** What a query of the collection gives for one object. */
export type FoundPhoto = Pick<WeaviateObject<PhotoProperties, unknown>, 'uuid' | 'properties' | 'metadata'>;

/**
 * An object as a photo of the page. The collection may be of any making: each property may be missing.
 * @param filterable The properties a search can be filtered by.
 */
export function toStoredPhoto(
  { uuid, properties }: Pick<FoundPhoto, 'uuid' | 'properties'>,
  filterable: readonly string[],
): StoredPhoto {
  const { path, file, width, height } = properties as Partial<PhotoProperties>;
  const named = properties as Readonly<Record<string, unknown>>;
  const values = filterable.flatMap((property) => {
    const value = named[property];
    return typeof value === 'string' && value !== '' ? [[property, value] as const] : [];
  });
  return {
    id: uuid,
    name: path || file || uuid,
    ...(width === undefined || height === undefined ? {} : { width, height }),
    properties: Object.fromEntries(values),
  };
}
