import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Collection } from 'weaviate-client';
import { convertImageBind } from '../../src/convert/imagebind/convert.js';
import { filmFile, motionFile, toneFile } from '../open/imagebind-items.js';
import { TINY_HEADS, tinyImageBindFile } from '../support/tiny-imagebind.js';
import { storedVector } from '../support/weaviate-collection.js';
import type { Shown } from '../support/weaviate-collection.js';
import { pictures } from '../support/weaviate-images.js';
import { startStack } from '../support/weaviate-stack.js';
import type { Stack } from '../support/weaviate-stack.js';
import { combine, expectSameVector } from '../support/weaviate-vectors.js';

const COUNT = 3;
const MEDIA = ['image', 'audio', 'video', 'imu', 'thermal', 'depth'] as const;
type Medium = (typeof MEDIA)[number];
type Item = Readonly<Record<Medium | 'title', string>>;

/** Of each field, as the collection weighs it; they are 1 together. */
const WEIGHTS = {
  title: 0.02,
  image: 0.38,
  audio: 0.1,
  video: 0.1,
  imu: 0.15,
  thermal: 0.05,
  depth: 0.2,
} as const;

/** The module's name of the list of fields that each is in. The client's `IMUFields` is another one, which Weaviate passes over. */
const listOf = (name: keyof typeof WEIGHTS) => (name === 'title' ? 'textFields' : `${name}Fields`);

/** A named vector of the module, as the schema has it. */
const vectorizer = (settings: object) => ({
  vectorizer: { 'multi2vec-bind': settings },
  vectorIndexType: 'hnsw',
});

const NAMES = Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[];
/** One of each field alone, and one of all with weights. */
const VECTORS = {
  ...Object.fromEntries(NAMES.map((name) => [name, vectorizer({ [listOf(name)]: [name] })])),
  together: vectorizer({
    ...Object.fromEntries(NAMES.map((name) => [listOf(name), [name]])),
    weights: Object.fromEntries(NAMES.map((name) => [listOf(name), [WEIGHTS[name]]])),
  }),
};

describe('Weaviate’s multi2vec-bind with a converted ImageBind', () => {
  let root: string;
  let stack: Stack;
  let collection: Collection<Shown>;
  let items: readonly Item[];
  let ids: readonly string[];

  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'weaviate-imagebind-'));
    const [file, out] = [path.join(root, 'tiny.pth'), path.join(root, 'imagebind')];
    await writeFile(file, tinyImageBindFile());
    await convertImageBind(file, { out, clips: 'weaviate', heads: TINY_HEADS });
    stack = await startStack({
      model: out,
      // A sound is many times as dear here as an image, whose tower is tiny: not so in the real model.
      flags: ['--modalities', ['text', ...MEDIA].join(), '--max-pending-items', '10000'],
      variables: (inferenceUrl) => ({
        ENABLE_MODULES: 'multi2vec-bind',
        BIND_INFERENCE_API: inferenceUrl,
        BIND_WAIT_FOR_STARTUP: 'false',
      }),
    });
    const [photos, heat, distance] = [
      await pictures(COUNT),
      await pictures(COUNT, 20),
      await pictures(COUNT, 40),
    ];
    items = photos.map((image, at) => ({
      title: ['a dog', 'two cats on a roof', 'rain'][at] ?? '',
      image,
      audio: toneFile(at + 1).toString('base64'),
      video: filmFile(at + 1).toString('base64'),
      imu: motionFile(at + 1).toString('base64'),
      thermal: heat[at] ?? '',
      depth: distance[at] ?? '',
    }));
    const name = `Handspring${randomUUID().replaceAll('-', '')}`;
    const schema = await fetch(`${stack.url}/v1/schema`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        class: name,
        properties: [
          { name: 'title', dataType: ['text'] },
          ...MEDIA.map((medium) => ({ name: medium, dataType: ['blob'] })),
        ],
        vectorConfig: VECTORS,
      }),
    });
    expect(schema.status, await schema.text()).to.equal(200);
    collection = stack.client.collections.use(name) as unknown as Collection<Shown>;
    const { uuids, errors } = await collection.data.insertMany(items.map((properties) => ({ properties })));
    expect(Object.values(errors).map(({ message }) => message)).to.deep.equal([]);
    ids = Object.values(uuids);
  });
  after(async () => {
    if (collection) await stack.client.collections.delete(collection.name);
    await stack?.stop();
    if (root) await rm(root, { recursive: true });
  });

  const ownVectors = async ({ title, image, ...others }: Item): Promise<Record<keyof Item, number[]>> => {
    const media = Object.fromEntries(Object.entries(others).map(([key, value]) => [key, [value]]));
    const response = await fetch(`${stack.moduleUrl}/vectorize`, {
      method: 'POST',
      body: JSON.stringify({ texts: [title], images: [image], ...media }),
    });
    expect(response.status).to.equal(200);
    const answer = (await response.json()) as Record<string, number[][]>;
    const of = (name: string) => answer[`${name}Vectors`]![0]!;
    return {
      title: of('text'),
      ...(Object.fromEntries(MEDIA.map((name) => [name, of(name)])) as Record<Medium, number[]>),
    };
  };

  it('stores of each field what the module answers for it', async () => {
    for (const [at, id] of ids.entries()) {
      const own = await ownVectors(items[at]!);
      for (const [name, expected] of Object.entries(own))
        expectSameVector(await storedVector(collection, id, name), expected);
    }
  });

  it('adds the fields up by their weights, with the lengths that the towers give them', async () => {
    for (const [at, id] of ids.entries()) {
      const own = await ownVectors(items[at]!);
      const expected = combine(
        NAMES.map((name) => own[name]),
        NAMES.map((name) => WEIGHTS[name]),
      );
      expectSameVector(await storedVector(collection, id, 'together'), expected);
    }
  });

  const placeOf = (objects: readonly { readonly uuid: string }[]) =>
    objects.map(({ uuid }) => ids.indexOf(uuid));

  /** By the client, but for two of which it leaves out what is sought, or by which vector (3.12.1). */
  const nearest = async (medium: Medium, file: string): Promise<number[]> => {
    const argument = { imu: 'nearIMU', video: 'nearVideo' }[medium as string];
    if (argument === undefined) {
      const options = { limit: COUNT, targetVector: medium };
      return placeOf((await collection.query.nearMedia(file, medium, options)).objects);
    }
    const near = `${argument}: {${medium}: ${JSON.stringify(file)}, targetVectors: ["${medium}"]}`;
    const query = `{Get {${collection.name}(${near}, limit: ${COUNT}) {_additional {id}}}}`;
    const response = await fetch(`${stack.url}/v1/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { data } = (await response.json()) as {
      data: { Get: Record<string, { _additional: { id: string } }[]> };
    };
    const found = data.Get[collection.name]!;
    return placeOf(found.map(({ _additional: { id } }) => ({ uuid: id })));
  };

  for (const medium of MEDIA)
    it(`finds by ${medium}`, async () => {
      for (const [at, item] of items.entries()) {
        const found = await nearest(medium, item[medium]);
        expect(found, medium).to.have.members([0, 1, 2]);
        expect(found[0], medium).to.equal(at);
      }
    });

  it('finds by words', async () => {
    for (const [at, { title }] of items.entries()) {
      const { objects } = await collection.query.nearText(title, { limit: COUNT, targetVector: 'title' });
      expect(placeOf(objects)[0]).to.equal(at);
    }
  });

  it('stores nothing of an object with a broken field, and says which it is', async () => {
    const broken = { ...items[0]!, imu: Buffer.from('no table').toString('base64') };
    const failure = await collection.data.insert(broken as object).catch((error: Error) => error.message);
    expect(failure).to.include('imu[0]: expected a CSV file');
    const { totalCount } = await collection.aggregate.overAll();
    expect(totalCount).to.equal(COUNT);
  });
});
