import { CollectionListing } from './collection-listing.js';
import { walkCollection } from './collection-walk.js';
import type { PhotoCollection } from './photo-collection.js';
import { toListedPhoto } from './weaviate-photo.js';

/** What the list is made of, of what the collection has. */
const LISTED = [
  ...['path', 'file', 'width', 'height', 'bytes', 'takenAt', 'modifiedAt', 'contentHash'],
  ...['kind', 'seconds', 'outline'],
];

/**
 * The list of a collection, empty until it is first kept up.
 * @param returned The properties that can be asked for.
 * @param filterable Those that a search can be filtered by.
 */
export function openListing(
  collection: PhotoCollection,
  returned: readonly string[],
  filterable: readonly string[],
): CollectionListing {
  const wanted = returned.filter((name) => LISTED.includes(name) || filterable.includes(name));
  const walk = async function* () {
    for await (const page of walkCollection(collection, wanted))
      yield page.map((object) => toListedPhoto(object, filterable));
  };
  return new CollectionListing({
    walk,
    count: async () => (await collection.aggregate.overAll()).totalCount,
  });
}
