import path from 'node:path';
import type { FilterValue, WeaviateClient } from 'weaviate-client';
import { forEachAtOnce } from '../../core/at-once.js';
import type { Ask } from '../weaviate/collection-walk.js';
import { walkCollection } from '../weaviate/collection-walk.js';
import { readFailure } from '../weaviate/failure.js';
import type { Failure } from '../weaviate/failure.js';
import type { FoundCollection, PhotoCollection, PhotoProperties } from '../weaviate/photo-collection.js';
import { folderOf } from '../walk.js';
import type { Photo, PlacedPhoto, StoredPhoto, Target } from './target.js';

/** Weaviate's own limit on one answer (`QUERY_MAXIMUM_RESULTS`). */
const MOST_RESULTS = 10_000;
/** Searches under way at once when each object is looked for by itself, and how many neighbours each asks for. */
const SEARCHES_AT_ONCE = 8;
const NEIGHBOURS = 10;
/** Cosine distance of vectors that differ by rounding only. */
const SAME_VECTOR = 1e-5;
/** Never the file itself. */
const PLACED = ['path', 'bytes', 'modifiedAt'] as const;
const RETURNED = [...PLACED, 'caption'] as const;

type Found = Pick<FoundCollection, 'collection' | 'vectorName' | 'kinds'>;

/** A Weaviate collection as a place for photos. */
export class WeaviateTarget implements Target {
  #probe: number[] | undefined;
  readonly #client: WeaviateClient;
  readonly #collection: PhotoCollection;
  readonly #vectorName: string;
  readonly #saysKinds: boolean;

  /**
   * @param found Its vector is the one that is made of the files.
   */
  constructor(client: WeaviateClient, { collection, vectorName, kinds }: Found) {
    this.#client = client;
    this.#collection = collection;
    this.#vectorName = vectorName;
    this.#saysKinds = kinds.length > 1;
  }

  async lookUp(paths: readonly string[], thorough: boolean): Promise<StoredPhoto[]> {
    const filters = this.#collection.filter.byProperty('path').containsAny([...paths]);
    const { objects } = await this.#collection.query.fetchObjects({
      filters,
      limit: MOST_RESULTS,
      returnProperties: [...RETURNED],
    });
    if (objects.length === 0) return [];
    const ids = objects.map((object) => object.uuid);
    const searchable = await (thorough ? this.#reachable(ids) : this.#indexed(filters));
    if (searchable.size < ids.length && (await this.#isIndexing())) {
      return objects.map((object) => ({ ...toStored(object), whole: true })); // in time it will be
    }
    return objects.map((object) => ({ ...toStored(object), whole: searchable.has(object.uuid) }));
  }

  async insert(photos: readonly Photo[]): Promise<(Failure | undefined)[]> {
    const { errors } = await this.#collection.data.insertMany(
      photos.map((photo) => ({ id: photo.id, properties: toProperties(photo, this.#saysKinds) as never })),
    );
    return photos.map((_, at) => {
      const error = errors[at];
      return error && readFailure(error.message);
    });
  }

  async remove(id: string): Promise<void> {
    try {
      await this.#collection.data.deleteById(id);
    } catch (error) {
      if ((error as { code?: number }).code !== 404) throw error;
    }
  }

  async *pages(ask: Ask): AsyncGenerator<readonly PlacedPhoto[]> {
    for await (const objects of walkCollection(this.#collection, PLACED, ask)) yield objects.map(toStored);
  }

  /**
   * The ids among the filtered objects that the vector index has. Weaviate writes an object, its filters and its place in
   * the vector index one after the other, and a crash, or a caller that is killed, can end it between: the object is then
   * there and no search finds it. Sending it again does not help, as an unchanged object is passed over.
   */
  async #indexed(filters: FilterValue): Promise<Set<string>> {
    this.#probe ??= await this.#anyVector();
    if (!this.#probe) return new Set();
    const { objects } = await this.#collection.query.nearVector(this.#probe, {
      filters,
      limit: MOST_RESULTS,
      returnProperties: [],
      targetVector: this.#vectorName,
    });
    return new Set(objects.map((object) => object.uuid));
  }

  /** The ids that a search without filters finds: after a crash an object can be in an HNSW graph with no way to it. */
  async #reachable(ids: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    await forEachAtOnce(ids, SEARCHES_AT_ONCE, async (id) => {
      if (await this.#findsItself(id)) found.add(id);
    });
    return found;
  }

  async #findsItself(id: string): Promise<boolean> {
    const { objects } = await this.#collection.query.nearObject(id, {
      limit: NEIGHBOURS,
      returnProperties: [],
      returnMetadata: ['distance'],
      targetVector: this.#vectorName,
    });
    if (objects.some((object) => object.uuid === id)) return true;
    // Copies of one photo share their vector: where they fill the answer, nothing can be told.
    const furthest = objects.at(-1)?.metadata?.distance ?? 1;
    return objects.length === NEIGHBOURS && furthest < SAME_VECTOR;
  }

  async #anyVector(): Promise<number[] | undefined> {
    const { objects } = await this.#collection.query.fetchObjects({ limit: 1, includeVector: true });
    return objects[0]?.vectors[this.#vectorName] as number[] | undefined;
  }

  async #isIndexing(): Promise<boolean> {
    try {
      const nodes = await this.#client.cluster.nodes({
        collection: this.#collection.name,
        output: 'verbose',
      });
      return nodes.some(({ shards }) => shards?.some((shard) => (shard.vectorQueueLength ?? 0) > 0));
    } catch {
      return false; // a key that may not ask for the nodes: sending an object twice does no harm
    }
  }
}

function toProperties(
  { file, kind, content, contentHash, caption, facts }: Photo,
  saysKind: boolean,
): PhotoProperties {
  return {
    [kind.modality]: content.toString('base64'),
    ...(saysKind && { kind: kind.modality }),
    file: path.posix.basename(file.path),
    path: file.path,
    folder: folderOf(file.path),
    bytes: file.bytes,
    ...(isWritable(file.modifiedMs) ? { modifiedAt: new Date(file.modifiedMs) } : {}),
    contentHash,
    ...facts,
    ...(caption === undefined ? {} : { caption }),
  };
}

/** Whether a time has a year of four digits, as dates in JSON have; file systems can hold others. */
function isWritable(ms: number): boolean {
  return ms >= Date.UTC(0, 0, 1) && ms < Date.UTC(10_000, 0, 1);
}

function toStored(object: { uuid: string; properties: object }): Omit<StoredPhoto, 'whole'> {
  const { path, bytes, modifiedAt, caption } = object.properties as Partial<PhotoProperties>;
  return {
    id: object.uuid,
    path: path ?? '',
    bytes,
    modifiedMs: modifiedAt?.getTime(),
    caption: caption ?? undefined,
  };
}
