import type { PhotoCollection } from './photo-collection.js';

/** Appended to the collection's description while an import is under way, and left there by one that is killed. */
const MARK = ' (handspring import under way)';

/**
 * Marks a collection as being imported into. True if it was marked already: an import before did not come to its end, and
 * some of its objects may be half written.
 */
export async function markUnderWay(collection: PhotoCollection): Promise<boolean> {
  const description = await describe(collection);
  if (description.endsWith(MARK)) return true;
  await collection.config.update({ description: description + MARK });
  return false;
}

/** Takes the mark away. */
export async function clearUnderWay(collection: PhotoCollection): Promise<void> {
  const description = await describe(collection);
  if (!description.endsWith(MARK)) return;
  await collection.config.update({ description: description.slice(0, -MARK.length) });
}

async function describe(collection: PhotoCollection): Promise<string> {
  return (await collection.config.get()).description ?? '';
}
