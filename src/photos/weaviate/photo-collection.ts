import { configure, dataType, tokenization, vectors } from 'weaviate-client';
import type { Collection, CollectionConfig, PropertyConfigCreate, WeaviateClient } from 'weaviate-client';
import { HandspringError } from '../../core/errors.js';
import type { MediaKind } from '../media/kind.js';
import { MEDIA_KINDS } from '../media/kinds.js';
import { chooseModule, MEDIA_MODULES, readModuleMetas } from './media-module.js';
import type { MediaModule } from './media-module.js';

/** The properties of one photo's or sound's object. The file is what is vectorised; `caption` too, if asked for. */
export type PhotoProperties = {
  /** The file as base64, in the property that is called as its kind is. */
  image?: string;
  audio?: string;
  video?: string;
  /** `image`, `audio` or `video`; a photo where there is none. */
  kind?: string;
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
  /** `JPEG`, `MP3`, … */
  format?: string;
  /** How long a sound or video is, and a sound's outline; see `SoundFacts`. */
  seconds?: number;
  outline?: string;
  caption?: string;
  /** SHA-256 of the file, as hexadecimal digits. */
  contentHash: string;
};

export type PhotoCollection = Collection<PhotoProperties, string>;

type PropertyRow = PropertyConfigCreate<undefined>;

/** Paths are matched whole; `field` is the only tokenization that leaves them so. */
const WHOLE = { tokenization: tokenization.FIELD, indexSearchable: false } as const;
/** Only the file (and `caption`, if asked for) goes into the vector; these rows say so for collections of every making. */
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
/** What a collection has beside them that takes more than photos. */
const MEDIA_PROPERTIES: readonly PropertyRow[] = [
  { name: 'audio', dataType: dataType.BLOB, indexFilterable: false, description: 'The sound, as base64' },
  { name: 'video', dataType: dataType.BLOB, indexFilterable: false, description: 'The video, as base64' },
  { name: 'kind', dataType: dataType.TEXT, ...WHOLE, description: 'What the file is: image, audio or video' },
  { name: 'seconds', dataType: dataType.NUMBER, description: 'How long a sound or video is' },
  {
    ...{ name: 'outline', dataType: dataType.TEXT, indexFilterable: false, indexSearchable: false },
    description: 'How loud a sound is, part by part',
  },
];

export interface CollectionChoice {
  readonly index: 'hnsw' | 'flat';
  readonly vectorizeCaptions: boolean;
}

/** A collection that photos can be put into. */
export interface FoundCollection {
  readonly collection: PhotoCollection;
  /** The vector that is made of the files. */
  readonly vectorName: string;
  readonly module: MediaModule;
  /** The kinds of files that the collection has a field for. */
  readonly kinds: readonly MediaKind[];
}

/** Whether a collection of that name is there and, if so, whether photos can be put into it. */
export async function findPhotoCollection(
  client: WeaviateClient,
  name: string,
): Promise<FoundCollection | undefined> {
  if (!(await client.collections.exists(name))) return undefined;
  const collection = client.collections.use(name) as unknown as PhotoCollection;
  return { collection, ...mediaVectorOf(await collection.config.get()) };
}

/** Makes the collection, or completes one that is there: properties it lacks are added, none is changed. */
export async function ensurePhotoCollection(
  client: WeaviateClient,
  name: string,
  choice: CollectionChoice,
): Promise<FoundCollection & { created: boolean }> {
  const found = await findPhotoCollection(client, name);
  if (!found) {
    const metas = await readModuleMetas(client);
    await createPhotoCollection(client, name, chooseModule(metas), choice);
    const made = await findPhotoCollection(client, name);
    if (!made) throw new Error(`the collection ${name} was created and is not there`);
    return { ...made, created: true };
  }
  const present = new Set((await found.collection.config.get()).properties.map((property) => property.name));
  for (const property of propertiesFor(found.module)) {
    if (!present.has(property.name)) await found.collection.config.addProperty(property);
  }
  return { ...found, created: false };
}

function propertiesFor(module: MediaModule): PropertyRow[] {
  return module === 'multi2vec-clip' ? [...PROPERTIES] : [...PROPERTIES, ...MEDIA_PROPERTIES];
}

async function createPhotoCollection(
  client: WeaviateClient,
  name: string,
  module: MediaModule,
  { index, vectorizeCaptions }: CollectionChoice,
): Promise<void> {
  const common = {
    imageFields: ['image'],
    ...(vectorizeCaptions ? { textFields: ['caption'] } : {}),
    vectorIndexConfig:
      index === 'flat'
        ? configure.vectorIndex.flat({ distanceMetric: 'cosine' })
        : configure.vectorIndex.hnsw({ distanceMetric: 'cosine' }),
  };
  await client.collections.create({
    name,
    description: 'Photos imported by handspring',
    properties: propertiesFor(module),
    vectorizers:
      module === 'multi2vec-clip'
        ? vectors.multi2VecClip(common)
        : vectors.multi2VecBind({ ...common, audioFields: ['audio'], videoFields: ['video'] }),
  });
}

/**
 * The vector that a module makes of the property `image`; a collection may have others beside it. The kinds are those whose
 * files the same vector is made of.
 * @throws HandspringError `invalid_request` if there is none, or the collection is divided among tenants.
 */
function mediaVectorOf(config: CollectionConfig): Omit<FoundCollection, 'collection'> {
  if (config.multiTenancy.enabled) {
    throw new HandspringError(
      'invalid_request',
      `collection ${config.name}: expected one without tenants, received one with multi-tenancy`,
    );
  }
  for (const [vectorName, { vectorizer }] of Object.entries(config.vectorizers)) {
    const fields = (vectorizer.config ?? {}) as Readonly<Record<string, readonly string[] | undefined>>;
    const kinds = MEDIA_KINDS.filter(({ modality }) => fields[`${modality}Fields`]?.includes(modality));
    const module = MEDIA_MODULES.find((one) => one === vectorizer.name);
    if (module !== undefined && fields['imageFields']?.includes('image'))
      return { vectorName, module, kinds };
  }
  throw new HandspringError(
    'invalid_request',
    `collection ${config.name}: expected a vector by ${MEDIA_MODULES.join(' or ')} with image among its imageFields, received none`,
  );
}
