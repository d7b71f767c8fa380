import { Readable } from 'node:stream';
import type { FilterValue, WeaviateClient } from 'weaviate-client';
import { Filters, generateUuid5 } from 'weaviate-client';
import { HandspringError } from '../../core/errors.js';
import { findPhotoCollection } from './photo-collection.js';
import type { PhotoCollection, PhotoProperties } from './photo-collection.js';
import { noSuchPhoto } from '../index/no-such-photo.js';
import { readPhotoFacts } from '../facts.js';
import { photoFormat } from '../format.js';
import { hashContent } from '../identity.js';
import { toSafeFileName } from '../photo-name.js';
import type * as S from '../index/store.js';
import { WITH_IMAGE, WITH_TEXT, orSearchError } from './weaviate-errors.js';
import type { Asked } from './weaviate-errors.js';
import { toStoredPhoto } from './weaviate-photo.js';
import type { FoundPhoto } from './weaviate-photo.js';
import { WeaviateFilters, filterableProperties } from './weaviate-filters.js';

interface Parts {
  readonly client: WeaviateClient;
  readonly collection: PhotoCollection;
  /** The vector that is made of the images. */
  readonly vectorName: string;
  /** `hnsw`, `flat` or `dynamic`. */
  readonly indexType: string;
  readonly filters: WeaviateFilters;
  /** All properties but the image, which would make every answer megabytes large. */
  readonly returned: readonly string[];
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Weaviate's `QUERY_MAXIMUM_RESULTS` where nothing else is set: no query reaches past it, by whatever offset. */
const MOST_RESULTS = 10_000;
/** Nothing is read here, so there is nothing to wait for. */
const NO_PROGRESS: S.IndexProgress = {
  state: 'ready',
  total: 0,
  done: 0,
  duplicates: 0,
  refusedCount: 0,
  refused: [],
};

/** What every search and look-up gives to the client. */
interface SharedOptions {
  readonly returnProperties: never[];
  readonly filters?: FilterValue;
}

/** What a search for what is near to something gives besides. */
interface NearOptions extends SharedOptions {
  readonly limit: number;
  readonly offset: number;
  readonly returnMetadata: ['distance'];
  readonly targetVector: string;
}

/** The photos of a Weaviate collection, searched by Weaviate: its nearText, nearImage and nearObject. */
export class WeaviateStore implements S.Store {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * A store over a collection that is there; the connection is the store's from then on.
   * @throws HandspringError `invalid_request` if the collection is not there, has no vector of images by multi2vec-clip, or
   *   measures distance by something else than the cosine, so that there are no scores.
   */
  static async open(client: WeaviateClient, name: string): Promise<WeaviateStore> {
    const found = await findPhotoCollection(client, name);
    if (!found) throw refused(name, 'a collection that is there', 'none; handspring import makes one');
    const config = await found.collection.config.get();
    const vector = config.vectorizers[found.vectorName];
    const { distance } = (vector?.indexConfig ?? {}) as { distance?: string };
    if (distance !== 'cosine') throw refused(name, 'cosine distance', distance ?? 'none');
    return new WeaviateStore({
      ...found,
      client,
      indexType: vector?.indexType ?? 'vector',
      filters: new WeaviateFilters(found.collection, filterableProperties(config)),
      returned: config.properties.map((property) => property.name).filter((property) => property !== 'image'),
    });
  }

  async describe(): Promise<S.StoreDescription> {
    const { collection, indexType, filters } = this.#parts;
    const [{ totalCount }, values] = await orSearchError(WITH_TEXT, () =>
      Promise.all([collection.aggregate.overAll(), filters.values()]),
    );
    const exact = indexType === 'flat' ? 'exact: every photo is compared' : 'approximate';
    return {
      kind: 'Weaviate',
      title: `${exact} (${indexType} index)`,
      where: collection.name,
      count: totalCount,
      filters: values,
      canAdd: true,
    };
  }

  async list(options: S.SearchOptions): Promise<S.PhotoList> {
    const { collection, returned } = this.#parts;
    const { offset = 0 } = options;
    const filters = this.#toFilters(options.filter);
    const sort = returned.includes('modifiedAt')
      ? collection.sort.byProperty('modifiedAt', false)
      : collection.sort.byCreationTime(false);
    const [counted, objects] = await orSearchError(WITH_TEXT, () =>
      Promise.all([
        this.#count(filters),
        this.#fetchWithin(options, async (stretch) =>
          collection.query.fetchObjects({ ...stretch, sort, ...this.#shared(filters) }),
        ),
      ]),
    );
    return { photos: objects.map((object) => this.#toPhoto(object)), offset, ...counted };
  }

  async searchByText(query: string, options: S.SearchOptions): Promise<S.SearchResult> {
    return this.#search(WITH_TEXT, options, (near) => this.#parts.collection.query.nearText(query, near));
  }

  async searchByImage(image: Uint8Array, options: S.SearchOptions): Promise<S.SearchResult> {
    // A string would be taken for a file's name.
    const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
    return this.#search(WITH_IMAGE, options, (near) => this.#parts.collection.query.nearImage(bytes, near));
  }

  async searchLike(id: string, options: S.SearchOptions): Promise<S.SearchResult> {
    await this.readPhoto(id);
    const without = this.#parts.collection.filter.byId().notEqual(id);
    return this.#search(
      WITH_TEXT,
      options,
      (near) => this.#parts.collection.query.nearObject(id, near),
      without,
    );
  }

  async readPhoto(id: string): Promise<S.StoredPhoto> {
    return this.#toPhoto(await this.#fetch(id, this.#parts.returned));
  }

  async openImage(id: string): Promise<S.StoredImage> {
    const { properties } = await this.#fetch(id, ['image', 'contentHash']);
    const { image, contentHash } = properties as Partial<PhotoProperties>;
    if (image === undefined) throw noSuchPhoto();
    const bytes = Buffer.from(image, 'base64');
    const { mediaType } = photoFormat(bytes);
    // Objects made by an import, or here, have ids of their content; what others do to theirs is not known.
    return {
      body: Readable.from([bytes]),
      bytes: bytes.length,
      mediaType,
      immutable: contentHash !== undefined,
    };
  }

  /**
   * The photo goes into the collection only. It has no path, so that an import never takes it for one of its files that is
   * gone.
   */
  async addImage({ name, bytes }: S.NewImage): Promise<S.Added> {
    const contentHash = hashContent(bytes);
    const there = await this.#findContent(contentHash);
    if (there) return { outcome: 'duplicate', photo: there };
    const { extensions } = photoFormat(bytes);
    const id = generateUuid5(contentHash);
    const properties: PhotoProperties = {
      image: Buffer.from(bytes).toString('base64'),
      file: toSafeFileName(name, extensions),
      bytes: bytes.length,
      modifiedAt: new Date(),
      ...(await readPhotoFacts(bytes)),
      contentHash,
    };
    await orSearchError(WITH_IMAGE, () => this.#parts.collection.data.insert({ id, properties: properties }));
    this.#parts.filters.forget();
    return { outcome: 'added', photo: await this.readPhoto(id) };
  }

  progress(): S.IndexProgress {
    return NO_PROGRESS;
  }

  close(): Promise<void> {
    return this.#parts.client.close();
  }

  async #search(
    asked: Asked,
    options: S.SearchOptions,
    near: (options: NearOptions) => Promise<{ objects: FoundPhoto[] }>,
    without?: FilterValue,
  ): Promise<S.SearchResult> {
    const { offset = 0 } = options;
    const filters = this.#toFilters(options.filter, without);
    const [counted, objects] = await orSearchError(asked, () =>
      Promise.all([
        this.#count(filters),
        this.#fetchWithin(options, (stretch) => near(this.#nearOptions(stretch, filters))),
      ]),
    );
    const hits = objects.map((object) => ({
      ...this.#toPhoto(object),
      score: 1 - (object.metadata?.distance ?? NaN),
    }));
    return { hits, offset, ...counted };
  }

  #nearOptions({ limit, offset = 0 }: S.Stretch, filters: FilterValue | undefined): NearOptions {
    const targetVector = this.#parts.vectorName;
    return { limit, offset, returnMetadata: ['distance'], targetVector, ...this.#shared(filters) };
  }

  async #fetchWithin(
    { limit, offset = 0 }: S.Stretch,
    fetch: (stretch: { limit: number; offset: number }) => Promise<{ objects: FoundPhoto[] }>,
  ): Promise<FoundPhoto[]> {
    const within = Math.min(limit, MOST_RESULTS - offset);
    return within <= 0 ? [] : (await fetch({ limit: within, offset })).objects;
  }

  async #count(filters: FilterValue | undefined): Promise<Pick<S.Extent, 'total' | 'beyond'>> {
    const { totalCount } = await this.#parts.collection.aggregate.overAll({ ...(filters && { filters }) });
    const beyond = totalCount - MOST_RESULTS;
    return beyond > 0 ? { total: MOST_RESULTS, beyond } : { total: totalCount };
  }

  #shared(filters: FilterValue | undefined): SharedOptions {
    const returnProperties = this.#parts.returned as never[];
    return { returnProperties, ...(filters && { filters }) };
  }

  #toFilters(filter: S.PhotoFilter | undefined, without?: FilterValue): FilterValue | undefined {
    const { collection, returned } = this.#parts;
    if (!filter) return without;
    if (!returned.includes(filter.property)) {
      throw new HandspringError(
        'invalid_request',
        'property: expected one of the collection, received another',
      );
    }
    const equal = collection.filter.byProperty(filter.property as 'shape').equal(filter.value);
    return without ? Filters.and(equal, without) : equal;
  }

  async #fetch(id: string, returned: readonly string[]): Promise<FoundPhoto> {
    if (!UUID.test(id)) throw noSuchPhoto();
    const object = await orSearchError(WITH_TEXT, () =>
      this.#parts.collection.query.fetchObjectById(id, { returnProperties: returned as never[] }),
    );
    if (!object) throw noSuchPhoto();
    return object;
  }

  async #findContent(contentHash: string): Promise<S.StoredPhoto | undefined> {
    const { collection, returned } = this.#parts;
    if (!returned.includes('contentHash')) return undefined;
    const { objects } = await orSearchError(WITH_IMAGE, () =>
      collection.query.fetchObjects({
        limit: 1,
        filters: collection.filter.byProperty('contentHash').equal(contentHash),
        returnProperties: returned as never[],
      }),
    );
    return objects[0] && this.#toPhoto(objects[0]);
  }

  #toPhoto(object: FoundPhoto): S.StoredPhoto {
    return toStoredPhoto(object, this.#parts.filters.properties);
  }
}

function refused(name: string, expected: string, received: string): HandspringError {
  return new HandspringError(
    'invalid_request',
    `collection ${name}: expected ${expected}, received ${received}`,
  );
}
