import { HandspringError } from '../../core/errors.js';
import { connectToWeaviate } from '../weaviate/connection.js';
import type { WeaviateAddress } from '../weaviate/address.js';
import { readFailure } from '../weaviate/failure.js';
import { readLeadershipTerm } from '../weaviate/leadership.js';
import type { MediaKind } from '../media/kind.js';
import { chooseModule, kindsOfModule, readModuleMetas } from '../weaviate/media-module.js';
import { ensurePhotoCollection, findPhotoCollection } from '../weaviate/photo-collection.js';
import type { CollectionChoice, PhotoCollection } from '../weaviate/photo-collection.js';
import { markDone, markUnderWay } from '../weaviate/under-way.js';
import { ImportStopped } from './patiently.js';
import type { Tally } from './tally.js';
import type { Target } from './target.js';
import { WeaviateTarget } from './weaviate-target.js';

export interface TargetOptions {
  readonly weaviate: WeaviateAddress;
  readonly collection: string;
  readonly choice: CollectionChoice;
  readonly dryRun: boolean;
}

export interface OpenedTarget {
  /** Absent in a dry run into a collection that is not there. */
  readonly target: Target | undefined;
  /** What the collection has a field for, and the module a tower. */
  readonly kinds: readonly MediaKind[];
  /** What a new collection would take beside those. */
  readonly takenByNew: readonly MediaKind[];
  /** An import before did not come to its end, or Weaviate has started again since: not all that is stored need be whole. */
  readonly thorough: boolean;
  /**
   * To be called once nothing is under way any more, and only then. Where Weaviate has started again meanwhile, the next
   * run looks closely too: its graph of vectors may have lost ways to objects that were in long before.
   */
  finish(tally: Tally): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects and opens the collection, making it if need be; a dry run makes and changes nothing.
 * @throws ImportStopped if nobody answers.
 */
export async function openTarget(options: TargetOptions): Promise<OpenedTarget> {
  const client = await connectToWeaviate(options.weaviate).catch((error: unknown) => {
    if (error instanceof HandspringError) throw error;
    throw new ImportStopped(readFailure(error).reason, { cause: error });
  });
  const close = () => client.close();
  try {
    const found = options.dryRun
      ? await findPhotoCollection(client, options.collection)
      : await ensurePhotoCollection(client, options.collection, options.choice);
    const metas = await readModuleMetas(client);
    const possible = kindsOfModule(chooseModule(metas), metas);
    if (!found) {
      const finish = () => Promise.resolve();
      return { target: undefined, kinds: possible, takenByNew: [], thorough: false, finish, close };
    }
    const { collection } = found;
    const embedded = kindsOfModule(found.module, metas);
    const kinds = found.kinds.filter((kind) => embedded.includes(kind));
    const takenByNew = possible.filter((kind) => !kinds.includes(kind));
    const term = await readLeadershipTerm(options.weaviate);
    const thorough = !options.dryRun && (await isDoubtful(collection, term));
    const finish = async (tally: Tally) => {
      if (options.dryRun || (await readLeadershipTerm(options.weaviate)) !== term) return;
      if (!thorough || (await isAllSeen(collection, tally))) await noteDone(collection, term);
    };
    return { target: new WeaviateTarget(client, found), kinds, takenByNew, thorough, finish, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Leaves the mark for the run after this one; a key that may not change the collection does without. */
async function isDoubtful(collection: PhotoCollection, term: string | undefined): Promise<boolean> {
  try {
    return await markUnderWay(collection, term);
  } catch (error) {
    if (readFailure(error).kind === 'denied') return false;
    throw error;
  }
}

/** A mark that was found goes only when every object has been looked at: it may be about others than this run's. */
async function isAllSeen(collection: PhotoCollection, { imported, unchanged }: Tally): Promise<boolean> {
  const { totalCount } = await collection.aggregate.overAll();
  return imported + unchanged >= totalCount;
}

async function noteDone(collection: PhotoCollection, term: string | undefined): Promise<void> {
  try {
    await markDone(collection, term);
  } catch {
    // It stays, and the next run looks more closely than it need.
  }
}
