import { readWholeFile } from '../../core/regular-file.js';
import { HandspringError } from '../../core/errors.js';
import type { Progress } from '../../core/progress.js';
import { hashContent } from '../identity.js';
import type { PhotoCollection } from '../weaviate/photo-collection.js';
import type { CaptionedFile } from './dataset.js';
import { toRecall } from './recall.js';
import type { Recall } from './recall.js';

/** Recall is looked at no deeper than this. */
const DEPTH = 10;

/** The parts of a collection that are asked here. */
export interface SearchedCollection {
  readonly query: Pick<PhotoCollection['query'], 'nearText'>;
  readonly aggregate: Pick<PhotoCollection['aggregate'], 'overAll'>;
}

/**
 * Text-to-image recall as a user of Weaviate has it: each caption is a nearText query, its photo the one right answer. The
 * photo is known by its content, wherever it was imported from.
 * @param vectorName The vector that is made of the images.
 * @throws HandspringError `invalid_request` if the collection does not hold as many photos as the dataset, as recall among
 *   other photos is another figure.
 */
export async function evaluateThroughWeaviate(
  { collection, vectorName }: { collection: SearchedCollection; vectorName: string },
  photos: readonly CaptionedFile[],
  progress: Progress,
): Promise<Recall> {
  await expectCount(collection, photos.length);
  const ranks: number[] = [];
  for (const { file, captions } of photos) {
    const right = hashContent(await readWholeFile(file));
    for (const caption of captions) {
      const { objects } = await collection.query.nearText(caption, {
        limit: DEPTH,
        targetVector: vectorName,
        returnProperties: ['contentHash'],
      });
      const at = objects.findIndex(({ properties }) => properties.contentHash === right);
      ranks.push(at < 0 ? Infinity : at + 1);
    }
    progress.add(1);
  }
  return toRecall(ranks);
}

async function expectCount({ aggregate }: SearchedCollection, photos: number): Promise<void> {
  const { totalCount } = await aggregate.overAll();
  if (totalCount === photos) return;
  throw new HandspringError(
    'invalid_request',
    `collection: expected the ${photos} photos of the dataset and no others, received ${totalCount} objects`,
  );
}
