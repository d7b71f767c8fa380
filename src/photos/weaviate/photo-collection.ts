import { configure, dataType, tokenization, vectors } from 'weaviate-client';
import type { Collection, CollectionConfig, PropertyConfigCreate, WeaviateClient } from 'weaviate-client';
import { HandspringError } from '../../core/errors.js';

/** The properties of one photo's object. `image` is what is vectorised; `caption` too, if asked for. */
export type PhotoProperties = {
  /** The file as base64. */
  image: string;
  /** The file's name without folders. */
  file: string;
  /** Its path below the import's root, with `/` on every system; photos that came another way have none. */
  path?: string;
  /** The path's folder, or `top level`. */
  folder?: string;
  bytes: number;
  /** The file's last change, to the millisecond. */
  modifiedAt?: Date;
  /** When the photo was taken, from its EXIF data. */
  takenAt?: Date;
  /** Pixels as shown, after the orientation tag. */
  width?: number;
  height?: number;
  /** `landscape`, `portrait` or `square`. */
  shape?: string;
  /** `JPEG`, `PNG`, … */
  format?: string;
  caption?: string;
  /** SHA-256 of the file, as hexadecimal digits. */
  contentHash: string;
};

export type PhotoCollection = Collection<PhotoProperties, string>;

type PropertyRow = PropertyConfigCreate<undefined>;

/** Paths are matched whole; `field` is the only tokenization that leaves them so. */
const WHOLE = { tokenization: tokenization.FIELD, indexSearchable: false } as const;
/** Only `image` (and `caption`, if asked for) go into the vector; these rows say so for collections of every making. */
const PROPERTIES: readonly PropertyRow[] = [
  { name: 'image', dataType: dataType.BLOB, indexFilterable: false, description: 'The photo, as base64' },
  { name: 'file', dataType: dataType.TEXT, description: 'Name of the file' },
  { name: 'path', dataType: dataType.TEXT, ...WHOLE, description: "Path below the import's root" },
  { name: 'folder', dataType: dataType.TEXT, ...WHOLE, description: "The path's folder" },
  { name: 'bytes', dataType: dataType.INT, description: 'Size of the file' },
  { name: 'modifiedAt', dataType: dataType.DATE, description: 'Last change of the file' },
  { name: 'takenAt', dataType: dataType.DATE, description: 'When it was taken, from EXIF' },
  { name: 'width', dataType: dataType.INT, description: 'In pixels, as shown' },
  { name: 'height', dataType: dataType.INT, description: 'In pixels, as shown' },
  { name: 'shape', dataType: dataType.TEXT, ...WHOLE, description: 'landscape, portrait or square' },
  { name: 'format', dataType: dataType.TEXT, ...WHOLE, description: 'JPEG, PNG, …' },
  { name: 'caption', dataType: dataType.TEXT, description: 'From a file beside the photo or a list' },
  { name: 'contentHash', dataType: dataType.TEXT, ...WHOLE, description: 'SHA-256 of the file' },
];

export interface CollectionChoice {
  readonly index: 'hnsw' | 'flat';
  readonly vectorizeCaptions: boolean;
}

/** Whether a collection of that name is there and, if so, whether photos can be put into it. */
export async function findPhotoCollection(
  client: WeaviateClient,
  name: string,
): Promise<{ collection: PhotoCollection; vectorName: string } | undefined> {
  if (!(await client.collections.exists(name))) return undefined;
  const collection = client.collections.use(name) as unknown as PhotoCollection;
  const config = await collection.config.get();
  return { collection, vectorName: imageVectorOf(config) };
}

/** Makes the collection, or completes one that is there: properties it lacks are added, none is changed. */
export async function ensurePhotoCollection(
  client: WeaviateClient,
  name: string,
  choice: CollectionChoice,
): Promise<{ collection: PhotoCollection; vectorName: string; created: boolean }> {
  const found = await findPhotoCollection(client, name);
  if (!found) {
    await createPhotoCollection(client, name, choice);
    const made = await findPhotoCollection(client, name);
    if (!made) throw new Error(`the collection ${name} was created and is not there`);
    return { ...made, created: true };
  }
  const present = new Set((await found.collection.config.get()).properties.map((property) => property.name));
  for (const property of PROPERTIES) {
    if (!present.has(property.name)) await found.collection.config.addProperty(property);
  }
  return { ...found, created: false };
}

async function createPhotoCollection(
  client: WeaviateClient,
  name: string,
  { index, vectorizeCaptions }: CollectionChoice,
): Promise<void> {
  await client.collections.create({
    name,
    description: 'Photos imported by handspring',
    properties: [...PROPERTIES],
    vectorizers: vectors.multi2VecClip({
      imageFields: ['image'],
      ...(vectorizeCaptions ? { textFields: ['caption'] } : {}),
      vectorIndexConfig:
        index === 'flat'
          ? configure.vectorIndex.flat({ distanceMetric: 'cosine' })
          : configure.vectorIndex.hnsw({ distanceMetric: 'cosine' }),
    }),
  });
}

/**
 * The name of the vector that multi2vec-clip makes of the property `image`; a collection may have others beside it.
 * @throws HandspringError `invalid_request` if there is none, or the collection is divided among tenants.
 */
function imageVectorOf(config: CollectionConfig): string {
  if (config.multiTenancy.enabled) {
    throw new HandspringError(
      'invalid_request',
      `collection ${config.name}: expected one without tenants, received one with multi-tenancy`,
    );
  }
  for (const [vectorName, { vectorizer }] of Object.entries(config.vectorizers)) {
    const { imageFields } = (vectorizer.config ?? {}) as { imageFields?: readonly string[] };
    if (vectorizer.name === 'multi2vec-clip' && imageFields?.includes('image')) return vectorName;
  }
  throw new HandspringError(
    'invalid_request',
    `collection ${config.name}: expected a multi2vec-clip vector with image among its imageFields, received none`,
  );
}
