import type { WeaviateObject } from 'weaviate-client';
import type { PhotoProperties } from './photo-collection.js';
import type { Dated } from '../index/newest-first.js';
import type { StoredPhoto } from '../index/store.js';

/** What a query of the collection gives for one object. */
export type FoundPhoto = Pick<WeaviateObject<PhotoProperties, unknown>, 'uuid' | 'properties' | 'metadata'>;

/** A photo of a collection, with what puts it in its place. */
export interface ListedPhoto extends StoredPhoto, Dated {
  /** The same for all copies of one photo. */
  readonly contentHash: string;
}

/**
 * An object as a photo of the page. The collection may be of any making: each property may be missing.
 * @param filterable The properties a search can be filtered by.
 */
export function toStoredPhoto(
  { uuid, properties }: Pick<FoundPhoto, 'uuid' | 'properties'>,
  filterable: readonly string[],
): StoredPhoto {
  const { path, file, width, height, kind, seconds, outline } = properties as Partial<PhotoProperties>;
  const named = properties as Readonly<Record<string, unknown>>;
  const values = filterable.flatMap((property) => {
    const value = named[property];
    return typeof value === 'string' && value !== '' ? [[property, value] as const] : [];
  });
  return {
    id: uuid,
    name: path || file || uuid,
    ...(width === undefined || height === undefined ? {} : { width, height }),
    ...(kind && { kind }),
    ...(typeof seconds === 'number' && { seconds }),
    ...(outline && { outline }),
    properties: Object.fromEntries(values),
  };
}

/**
 * The same for a list: an object without a hash of its content is a photo of its own, one without dates is as new as the
 * object.
 */
export function toListedPhoto(object: FoundPhoto, filterable: readonly string[]): ListedPhoto {
  const { contentHash, takenAt, modifiedAt } = object.properties as Partial<PhotoProperties>;
  return {
    ...toStoredPhoto(object, filterable),
    contentHash: contentHash || object.uuid,
    ...(takenAt && { takenMs: takenAt.getTime() }),
    modifiedMs: (modifiedAt ?? object.metadata?.creationTime)?.getTime() ?? 0,
  };
}
