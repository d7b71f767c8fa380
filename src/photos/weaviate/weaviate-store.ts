import { Readable } from 'node:stream';
import type { NearMediaType, WeaviateClient } from 'weaviate-client';
import { generateUuid5 } from 'weaviate-client';
import { HandspringError } from '../../core/errors.js';
import { openListing } from './open-listing.js';
import { findPhotoCollection } from './photo-collection.js';
import type { FoundCollection, PhotoCollection, PhotoProperties } from './photo-collection.js';
import { PhotoQueries } from './photo-queries.js';
import type { FoundPhotos, Near } from './photo-queries.js';
import { noSuchPhoto } from '../index/no-such-photo.js';
import type { MediaKind, MediaTools } from '../media/kind.js';
import { formatOf, kindNamed, kindOfFile, PHOTOS_ALONE, VIDEO } from '../media/kinds.js';
import { hashContent } from '../identity.js';
import { toSafeFileName } from '../photo-name.js';
import type * as S from '../index/store.js';
import { readStanding } from './standing.js';
import type { CollectionListing } from './collection-listing.js';
import { filterableProperties } from './filterable-properties.js';
import { askedWith, WITH_TEXT, attemptsIn } from './weaviate-errors.js';
import type { Asked, Attempt } from './weaviate-errors.js';
import { toListedPhoto, toStoredPhoto } from './weaviate-photo.js';
import type { FoundPhoto } from './weaviate-photo.js';

interface Parts {
  readonly client: WeaviateClient;
  readonly collection: PhotoCollection;
  readonly attempt: Attempt;
  readonly queries: PhotoQueries;
  /** `hnsw`, `flat` or `dynamic`. */
  readonly indexType: string;
  readonly listing: CollectionListing;
  /** The properties that a search can be filtered by. */
  readonly filterable: readonly string[];
  /** What the collection holds. */
  readonly kinds: readonly MediaKind[];
  readonly module: FoundCollection['module'];
  readonly tools: MediaTools | undefined;
  /** Whether searches can leave out copies: Weaviate knows the filter `Not` since 1.33. */
  readonly folds: boolean;
}

/** The photos and sounds of a Weaviate collection, searched by Weaviate: its nearText, nearImage, nearAudio and nearObject. */
export class WeaviateStore implements S.Store {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * A store over a collection that is there; the connection is the store's from then on.
   * @param tools What reading the facts of sounds takes that are added.
   * @throws HandspringError `invalid_request` if the collection is not there, has no vector of images, or
   *   measures distance by something else than the cosine, so that there are no scores.
   */
  static async open(client: WeaviateClient, name: string, tools?: MediaTools): Promise<WeaviateStore> {
    const found = await findPhotoCollection(client, name);
    if (!found) throw refused(name, 'a collection that is there', 'none; handspring import makes one');
    const config = await found.collection.config.get();
    const vector = config.vectorizers[found.vectorName];
    const { distance } = (vector?.indexConfig ?? {}) as { distance?: string };
    if (distance !== 'cosine') throw refused(name, 'cosine distance', distance ?? 'none');
    const returned = config.properties
      .filter(({ dataType }) => dataType !== 'blob')
      .map((property) => property.name);
    // Where nothing says which is which, all are photos.
    const kinds = returned.includes('kind') ? found.kinds : PHOTOS_ALONE;
    const filterable = filterableProperties(config);
    const searched = found.collection.name;
    const attempt = attemptsIn({ name: searched, standing: () => readStanding(client, searched) });
    return new WeaviateStore({
      client,
      collection: found.collection,
      attempt,
      queries: new PhotoQueries({ ...found, returned, hasKinds: kinds.length > 1, attempt }),
      indexType: vector?.indexType ?? 'vector',
      listing: openListing(found.collection, returned, filterable),
      filterable,
      ...{ kinds, module: found.module, tools },
      folds: (await client.getWeaviateVersion()).isAtLeast(1, 33, 0),
    });
  }

  /** The module of Weaviate that embeds what is in it. */
  get module(): FoundCollection['module'] {
    return this.#parts.module;
  }

  async describe(): Promise<S.StoreDescription> {
    const { collection, indexType, kinds } = this.#parts;
    const listing = await this.#listing(WITH_TEXT);
    const exact = indexType === 'flat' ? 'exact: every photo is compared' : 'approximate';
    return {
      kind: 'Weaviate',
      title: `${exact} (${indexType} index)`,
      where: collection.name,
      count: listing.count,
      kinds: kinds.map(({ modality: kind, one, many }) => ({
        kind,
        one,
        many,
        count: listing.countOf(kind),
      })),
      filters: listing.filters,
      canAdd: true,
    };
  }

  async list(options: S.SearchOptions): Promise<S.PhotoList> {
    return (await this.#listing(WITH_TEXT)).newest(options, options);
  }

  searchByText(query: string, options: S.SearchOptions): Promise<S.SearchResult> {
    return this.#search(WITH_TEXT, options, (collection, near) => collection.nearText(query, near));
  }

  searchByImage(image: Uint8Array, options: S.SearchOptions): Promise<S.SearchResult> {
    // A string would be taken for a file's name.
    const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
    const { modality } = kindOfFile(image, '', this.#parts.kinds);
    if (modality === VIDEO.modality) return Promise.reject(noSearchByVideo());
    return this.#search(askedWith(modality), options, (collection, near) =>
      collection.nearMedia(bytes, modality as NearMediaType, near),
    );
  }

  async searchLike(id: string, options: S.SearchOptions): Promise<S.SearchResult> {
    await this.readPhoto(id);
    return this.#search(WITH_TEXT, options, (collection, near) => collection.nearObject(id, near), id);
  }

  async readPhoto(id: string): Promise<S.StoredPhoto> {
    const object = await this.#parts.queries.byId(id);
    if (!object) throw noSuchPhoto();
    return this.#toPhoto(object);
  }

  async openImage(id: string): Promise<S.StoredImage> {
    const { queries, kinds } = this.#parts;
    const files = kinds.map(({ modality }) => modality);
    const object = await queries.byId(id, [...files, 'contentHash', ...(kinds.length > 1 ? ['kind'] : [])]);
    const properties: Partial<PhotoProperties> = object?.properties ?? {};
    const { contentHash } = properties;
    const kind = kindNamed(properties.kind);
    const file = properties[kind.modality as 'image'];
    if (file === undefined) throw noSuchPhoto();
    const bytes = Buffer.from(file, 'base64');
    const { mediaType } = formatOf(bytes, kind);
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
    const there = await this.#parts.queries.byContent(contentHash);
    if (there) return { outcome: 'duplicate', photo: this.#toPhoto(there) };
    const { kinds, tools } = this.#parts;
    const kind = kindOfFile(bytes, name, kinds);
    const { extensions } = formatOf(bytes, kind);
    const id = generateUuid5(contentHash);
    const properties: PhotoProperties = {
      [kind.modality]: Buffer.from(bytes).toString('base64'),
      ...(kinds.length > 1 && { kind: kind.modality }),
      file: toSafeFileName(name, extensions),
      bytes: bytes.length,
      modifiedAt: new Date(),
      ...(await kind.readFacts(bytes, tools)),
      contentHash,
    };
    await this.#parts.attempt(askedWith(kind.modality), () =>
      this.#parts.collection.data.insert({ id, properties }),
    );
    const { filterable, listing } = this.#parts;
    listing.put(toListedPhoto({ uuid: id, properties, metadata: undefined }, filterable));
    return { outcome: 'added', photo: await this.readPhoto(id) };
  }

  progress(): S.IndexProgress {
    return this.#parts.listing.progress;
  }

  close(): Promise<void> {
    return this.#parts.client.close();
  }

  /** Searches, each photo once; `like` is left out with all its copies. */
  async #search(asked: Asked, options: S.SearchOptions, near: Near, like?: string): Promise<S.SearchResult> {
    const { folds, queries } = this.#parts;
    const listing = await this.#listing(asked);
    const itself = like === undefined ? [] : [like];
    const scope = folds ? listing.scope(options, like) : { without: itself, total: undefined };
    const { objects, ...extent }: FoundPhotos = await queries.near(asked, options, near, scope);
    const hits = objects.map((object) => ({
      ...this.#toPhoto(object),
      score: 1 - (object.metadata?.distance ?? NaN),
    }));
    return { hits, ...extent };
  }

  async #listing(asked: Asked): Promise<CollectionListing> {
    const { listing, attempt } = this.#parts;
    await attempt(asked, () => listing.keepUp());
    return listing;
  }

  #toPhoto(object: FoundPhoto): S.StoredPhoto {
    return toStoredPhoto(object, this.#parts.filterable);
  }
}

/** Weaviate can; its client (3.12.1) leaves out of a search by a video how many are wanted, which, and with what beside them. */
function noSearchByVideo(): HandspringError {
  return new HandspringError(
    'invalid_request',
    'video: expected a photo or a sound to search by over Weaviate, received a video; words and a video that is in the collection find videos',
  );
}

function refused(name: string, expected: string, received: string): HandspringError {
  return new HandspringError(
    'invalid_request',
    `collection ${name}: expected ${expected}, received ${received}`,
  );
}
