import type { FilterValue } from 'weaviate-client';
import { Filters } from 'weaviate-client';
import { HandspringError } from '../../core/errors.js';
import type { Choice } from '../index/property-values.js';
import type { Extent, SearchOptions } from '../index/store.js';
import type { PhotoCollection } from './photo-collection.js';
import { WITH_IMAGE, WITH_TEXT } from './weaviate-errors.js';
import type { Asked, Attempt } from './weaviate-errors.js';
import type { FoundPhoto } from './weaviate-photo.js';

interface Parts {
  readonly collection: PhotoCollection;
  readonly attempt: Attempt;
  /** The vector that is made of the images. */
  readonly vectorName: string;
  /** All properties but the files, which would make every answer megabytes large. */
  readonly returned: readonly string[];
  /** Whether objects say of which kind they are; otherwise all are photos. */
  readonly hasKinds: boolean;
}

/** Objects of a collection, and where in the whole list they are. */
export interface FoundPhotos extends Extent {
  readonly objects: readonly FoundPhoto[];
}

/** What a search is kept to. */
export interface Scope {
  /** The ids of objects that are left out. */
  readonly without: readonly string[];
  /** How many photos are left; counted by Weaviate where that is not known. */
  readonly total: number | undefined;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Weaviate's `QUERY_MAXIMUM_RESULTS` where nothing else is set: no search reaches past it, by whatever offset. */
const MOST_RESULTS = 10_000;
/** Distances are float32: the same one may come back rounded otherwise. */
const ROUNDING = 1e-6;

/** What every search gives to the client. */
interface NearOptions {
  readonly limit: number;
  readonly offset?: number;
  /** The largest distance wanted. */
  readonly distance?: number;
  readonly returnProperties: never[];
  readonly returnMetadata: ['distance'];
  readonly targetVector: string;
  readonly filters?: FilterValue;
}

/** Asks the client, with what every search has in common. */
export type Near = (
  query: PhotoCollection['query'],
  options: NearOptions,
) => Promise<{ objects: FoundPhoto[] }>;

/** What is asked of a collection of photos, in the client's words; Weaviate's failures come back as search errors. */
export class PhotoQueries {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Photos near to something, nearest first, each with its distance, as far as Weaviate reaches.
   */
  async near(
    asked: Asked,
    { limit, offset = 0, at, ...choice }: SearchOptions,
    near: Near,
    { without, total }: Scope,
  ): Promise<FoundPhotos> {
    const filters = this.#toFilters(choice, without);
    return this.#parts.attempt(asked, async () => {
      const place = at === undefined ? offset : await this.#placeOf(at, near, filters);
      const start = at === undefined ? place : place - (place % limit);
      const within = Math.min(limit, MOST_RESULTS - start);
      const [counted, { objects }] = await Promise.all([
        total ?? this.#count(filters),
        within <= 0 ? { objects: [] } : this.#ask(near, filters, { limit: within, offset: start }),
      ]);
      return { objects, offset: start, ...toReach(counted) };
    });
  }

  /**
   * The object of an id, with these properties, or with all but the file; undefined if there is none.
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
    const { collection, returned, attempt } = this.#parts;
    if (!returned.includes('contentHash')) return undefined;
    const filters = collection.filter.byProperty('contentHash').equal(contentHash);
    const { objects } = await attempt(WITH_IMAGE, () =>
      collection.query.fetchObjects({ limit: 1, filters, returnProperties: returned as never[] }),
    );
    return objects[0];
  }

  /** How many photos are nearer than this one; 0 for one that is not found. */
  async #placeOf(id: string, near: Near, filters: FilterValue | undefined): Promise<number> {
    if (!UUID.test(id)) return 0;
    const own = this.#parts.collection.filter.byId().equal(id);
    const { objects } = await this.#ask(near, filters ? Filters.and(own, filters) : own, { limit: 1 });
    const distance = objects[0]?.metadata?.distance;
    if (distance === undefined) return 0;
    const bounded = { limit: MOST_RESULTS, distance: distance + ROUNDING };
    const nearer = await this.#ask(near, filters, bounded, []);
    return Math.max(
      0,
      nearer.objects.findIndex(({ uuid }) => uuid === id),
    );
  }

  #ask(
    near: Near,
    filters: FilterValue | undefined,
    which: Pick<NearOptions, 'limit' | 'offset' | 'distance'>,
    properties: readonly string[] = this.#parts.returned,
  ): Promise<{ objects: FoundPhoto[] }> {
    const { collection, vectorName: targetVector } = this.#parts;
    const returnProperties = properties as never[];
    const shared = { returnProperties, returnMetadata: ['distance'] as ['distance'], targetVector };
    return near(collection.query, { ...which, ...shared, ...(filters && { filters }) });
  }

  async #count(filters: FilterValue | undefined): Promise<number> {
    return (await this.#parts.collection.aggregate.overAll({ ...(filters && { filters }) })).totalCount;
  }

  #toFilters({ filter, kind }: Choice, without: readonly string[]): FilterValue | undefined {
    const { collection, returned, hasKinds } = this.#parts;
    if (filter && !returned.includes(filter.property)) {
      throw new HandspringError(
        'invalid_request',
        'property: expected one of the collection, received another',
      );
    }
    const equal = (property: string, value: string) =>
      collection.filter.byProperty(property as 'shape').equal(value);
    const all = [
      filter && equal(filter.property, filter.value),
      hasKinds && kind !== undefined ? equal('kind', kind) : undefined,
      toOthers(collection, without),
    ].filter((one) => one !== undefined);
    return all.length > 1 ? Filters.and(...all) : all[0];
  }
}

/** All objects but these: of more than one, by a filter that Weaviate knows since 1.33. */
function toOthers(collection: PhotoCollection, without: readonly string[]): FilterValue | undefined {
  const [first] = without;
  if (first === undefined) return undefined;
  if (without.length === 1) return collection.filter.byId().notEqual(first);
  return Filters.not(collection.filter.byId().containsAny([...without]));
}

function toReach(total: number): Pick<Extent, 'total' | 'beyond'> {
  const beyond = total - MOST_RESULTS;
  return beyond > 0 ? { total: MOST_RESULTS, beyond } : { total };
}
