import type { PhotoCollection } from './photo-collection.js';

/** Appended to the collection's description while an import is under way, and left there by one that is killed. */
const UNDER_WAY = ' (handspring import under way)';
/** And by one that came to its end, with the term of the cluster's leadership. */
const DONE = / \(handspring import done in term (\d+)\)$/;

/**
 * Marks a collection as being imported into. True if what is in it has to be looked at closely: an import before did not come
 * to its end, so that some objects may be half written, or Weaviate has started again since, and may have been killed, which
 * costs its graph of vectors ways to objects that were in long before.
 * @param term Of the leadership now, see `readLeadershipTerm`.
 */
export async function markUnderWay(collection: PhotoCollection, term: string | undefined): Promise<boolean> {
  const description = await describe(collection);
  if (description.endsWith(UNDER_WAY)) return true;
  await collection.config.update({ description: withoutMark(description) + UNDER_WAY });
  const before = DONE.exec(description)?.[1];
  return before !== undefined && before !== term;
}

/** Marks that an import came to its end. */
export async function markDone(collection: PhotoCollection, term: string | undefined): Promise<void> {
  const description = withoutMark(await describe(collection));
  const mark = term === undefined ? '' : ` (handspring import done in term ${term})`;
  await collection.config.update({ description: description + mark });
}

function withoutMark(description: string): string {
  return description.endsWith(UNDER_WAY)
    ? description.slice(0, -UNDER_WAY.length)
    : description.replace(DONE, '');
}

async function describe(collection: PhotoCollection): Promise<string> {
  return (await collection.config.get()).description ?? '';
}
