import type { FilterValue } from 'weaviate-client';
import { Filters } from 'weaviate-client';
import { HandspringError } from '../../core/errors.js';
import type { Extent, PhotoFilter, SearchOptions, Stretch } from '../index/store.js';
import type { PhotoCollection } from './photo-collection.js';
import { WITH_IMAGE, WITH_TEXT } from './weaviate-errors.js';
import type { Asked, Attempt } from './weaviate-errors.js';
import type { FoundPhoto } from './weaviate-photo.js';

interface Parts {
  readonly collection: PhotoCollection;
  readonly attempt: Attempt;
  /** The vector that is made of the images. */
  readonly vectorName: string;
  /** All properties but the image, which would make every answer megabytes large. */
  readonly returned: readonly string[];
}

/** Objects of a collection, and where in the whole list they are. */
export interface FoundPhotos extends Extent {
  readonly objects: readonly FoundPhoto[];
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Weaviate's `QUERY_MAXIMUM_RESULTS` where nothing else is set: no query reaches past it, by whatever offset. */
const MOST_RESULTS = 10_000;

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

/** What is asked of a collection of photos, in the client's words; Weaviate's failures come back as search errors. */
export class PhotoQueries {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Photos without a query, newest first. */
  async list(options: SearchOptions): Promise<FoundPhotos> {
    const { collection, returned } = this.#parts;
    const filters = this.#toFilters(options.filter);
    const sort = returned.includes('modifiedAt')
      ? collection.sort.byProperty('modifiedAt', false)
      : collection.sort.byCreationTime(false);
    return this.#stretchOf(WITH_TEXT, options, filters, (within) =>
      collection.query.fetchObjects({ ...within, sort, ...this.#shared(filters) }),
    );
  }

  /**
   * Photos near to something, nearest first, each with its distance.
   * @param near Asks the client, with what every such search has in common.
   * @param without An object that is left out.
   */
  async near(
    asked: Asked,
    options: SearchOptions,
    near: (collection: PhotoCollection['query'], options: NearOptions) => Promise<{ objects: FoundPhoto[] }>,
    without?: string,
  ): Promise<FoundPhotos> {
    const { collection, vectorName: targetVector } = this.#parts;
    const filters = this.#toFilters(options.filter, without);
    return this.#stretchOf(asked, options, filters, (within) =>
      near(collection.query, {
        ...within,
        returnMetadata: ['distance'],
        targetVector,
        ...this.#shared(filters),
      }),
    );
  }

  /**
   * The object of an id, with these properties, or with all but the image; undefined if there is none.
   * @param id Untrusted.
   */
  async byId(id: string, properties = this.#parts.returned): Promise<FoundPhoto | undefined> {
    if (!UUID.test(id)) return undefined;
    const returnProperties = properties as never[];
    const object = await this.#parts.attempt(WITH_TEXT, () =>
      this.#parts.collection.query.fetchObjectById(id, { returnProperties }),
    );
    return object ?? undefined;
  }

  /** An object of this very content, if the collection has one and keeps hashes. */
  async byContent(contentHash: string): Promise<FoundPhoto | undefined> {
    const { collection, returned } = this.#parts;
    if (!returned.includes('contentHash')) return undefined;
    const filters = collection.filter.byProperty('contentHash').equal(contentHash);
    const { objects } = await this.#parts.attempt(WITH_IMAGE, () =>
      collection.query.fetchObjects({ limit: 1, ...this.#shared(filters) }),
    );
    return objects[0];
  }

  /** A stretch of a list as far as Weaviate reaches, counted in the same moment. */
  async #stretchOf(
    asked: Asked,
    { limit, offset = 0 }: Stretch,
    filters: FilterValue | undefined,
    fetch: (stretch: { limit: number; offset: number }) => Promise<{ objects: FoundPhoto[] }>,
  ): Promise<FoundPhotos> {
    const within = Math.min(limit, MOST_RESULTS - offset);
    const [counted, { objects }] = await this.#parts.attempt(asked, () =>
      Promise.all([this.#count(filters), within <= 0 ? { objects: [] } : fetch({ limit: within, offset })]),
    );
    return { objects, offset, ...counted };
  }

  async #count(filters: FilterValue | undefined): Promise<Pick<Extent, 'total' | 'beyond'>> {
    const { totalCount } = await this.#parts.collection.aggregate.overAll({ ...(filters && { filters }) });
    const beyond = totalCount - MOST_RESULTS;
    return beyond > 0 ? { total: MOST_RESULTS, beyond } : { total: totalCount };
  }

  #shared(filters: FilterValue | undefined): SharedOptions {
    const returnProperties = this.#parts.returned as never[];
    return { returnProperties, ...(filters && { filters }) };
  }

  #toFilters(filter: PhotoFilter | undefined, without?: string): FilterValue | undefined {
    const { collection, returned } = this.#parts;
    const others = without === undefined ? undefined : collection.filter.byId().notEqual(without);
    if (!filter) return others;
    if (!returned.includes(filter.property)) {
      throw new HandspringError(
        'invalid_request',
        'property: expected one of the collection, received another',
      );
    }
    const equal = collection.filter.byProperty(filter.property as 'shape').equal(filter.value);
    return others ? Filters.and(equal, others) : equal;
  }
}
