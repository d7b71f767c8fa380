import type { PhotoCollection } from './photo-collection.js';
import type { FoundPhoto } from './weaviate-photo.js';

/** Weaviate reads its objects whole, the images too: about so many bytes of them are in its memory for one page. */
const PAGE_BYTES = 64 * 2 ** 20;
const FIRST_PAGE = 50;
const SMALLEST_PAGE = 10;
const LARGEST_PAGE = 1000;

/** Makes a query for a page, and may make it again. */
export type Ask = <T>(query: () => Promise<T>) => Promise<T>;
const ONCE: Ask = (query) => query();

/**
 * All objects of a collection in the order of their ids, in pages, by Weaviate's cursor (`after`), which reaches any number
 * of them. A page has as many objects as their images, by the property `bytes`, leave room for.
 * @param properties Those wanted; never the image.
 */
export async function* walkCollection(
  collection: Pick<PhotoCollection, 'query'>,
  properties: readonly string[],
  ask: Ask = ONCE,
): AsyncGenerator<readonly FoundPhoto[]> {
  let after: string | undefined;
  for (let limit = FIRST_PAGE; ;) {
    const from = after;
    const size = limit;
    const { objects } = await ask(() =>
      collection.query.fetchObjects({
        limit: size,
        ...(from !== undefined && { after: from }),
        returnProperties: properties as never[],
        returnMetadata: ['creationTime'],
      }),
    );
    if (objects.length > 0) yield objects;
    if (objects.length < limit) return;
    after = objects.at(-1)?.uuid;
    limit = nextLimit(objects);
  }
}

function nextLimit(objects: readonly FoundPhoto[]): number {
  let bytes = 0;
  for (const { properties } of objects) bytes += Number(properties.bytes ?? NaN);
  if (Number.isNaN(bytes)) return FIRST_PAGE;
  const fits = Math.floor((PAGE_BYTES * objects.length) / Math.max(1, bytes));
  return Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, fits));
}
