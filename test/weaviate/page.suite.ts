import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { generateUuid5 } from 'weaviate-client';
import type { WeaviateClient } from 'weaviate-client';
import { hashContent } from '../../src/photos/identity.js';
import type { SearchOptions, StoredPhoto } from '../../src/photos/index/store.js';
import type { PhotoCollection } from '../../src/photos/weaviate/photo-collection.js';
import { ensurePhotoCollection } from '../../src/photos/weaviate/photo-collection.js';
import { WeaviateStore } from '../../src/photos/weaviate/weaviate-store.js';
import { startModule } from '../../weaviate/module.js';
import type { ModuleProcess } from '../../weaviate/module.js';
import { freePorts } from '../../weaviate/ports.js';
import { locateProgram } from '../../weaviate/program.js';
import { startWeaviate, waitUntilReady } from '../../weaviate/server.js';
import type { WeaviateServer } from '../../weaviate/server.js';
import { picture } from '../support/weaviate-images.js';
import { vectorize } from '../support/weaviate-module.js';
import { connect, MODELS } from '../support/weaviate-stack.js';

/** More than one of Weaviate's queries reaches, by whatever offset. */
const PHOTOS = 10_250;
/** Of these there is another copy each. */
const COPIED = 150;
const BLOCK = 480;
const DAY_MS = 86_400_000;
const NEWEST = Date.UTC(2026, 0, 1);

/** Where a photo is in the list: every second one has a date of its own, the others are as new as their file. */
function propertiesOf(at: number, folder: string) {
  const date = new Date(NEWEST - at * DAY_MS);
  const dates = at % 2 === 0 ? { takenAt: date, modifiedAt: new Date(at) } : { modifiedAt: date };
  const file = `${at}.jpg`;
  return {
    file,
    path: `${folder}/${file}`,
    folder,
    bytes: 100,
    contentHash: hashContent(Buffer.from(file)),
    ...dates,
  };
}

/** A unit vector of this cosine to another one. */
function awayFrom(vector: readonly number[], cosine: number): number[] {
  const [first = 0, second = 0] = vector;
  const length = Math.hypot(...vector);
  const across = Math.hypot(first, second);
  const sine = Math.sqrt(1 - cosine * cosine);
  // What turns the first two places by a right angle, and leaves nothing of the others, stands upright on the vector.
  const upright = [-second / across, first / across];
  return vector.map((value, place) => (cosine * value) / length + sine * (upright[place] ?? 0));
}

describe('the page over a large collection of a real Weaviate', function () {
  this.timeout(240_000);
  let dataPath: string;
  let file: string;
  let ports: { modulePort: number; httpPort: number; grpcPort: number };
  let module: ModuleProcess;
  let weaviate: WeaviateServer;
  let client: WeaviateClient;
  let collection: PhotoCollection;
  let store: WeaviateStore;

  before(async () => {
    dataPath = await mkdtemp(path.join(os.tmpdir(), 'handspring-weaviate-'));
    file = await locateProgram(process.env, (line) => process.stderr.write(`${line}\n`));
    const [modulePort = 0, httpPort = 0, grpcPort = 0] = await freePorts(3);
    ports = { modulePort, httpPort, grpcPort };
    module = startModule({ host: '127.0.0.1', port: modulePort, model: MODELS.starter, env: process.env });
    await module.ready;
    await startServer();
    client = await connect(weaviate);
    const choice = { index: 'flat', vectorizeCaptions: false } as const;
    ({ collection } = await ensurePhotoCollection(client, 'Page', choice));
    await fill();
    store = await WeaviateStore.open(client, 'Page');
    await ready();
  });

  after(async () => {
    await store?.close();
    await weaviate?.child.stop('SIGKILL');
    await module?.stop();
    if (dataPath) await rm(dataPath, { recursive: true, force: true });
  });

  async function startServer(): Promise<void> {
    const host = '127.0.0.1';
    const runtime = { kind: 'program', file, moduleHost: host, listenHost: host } as const;
    weaviate = await startWeaviate(runtime, { ...ports, dataPath, env: process.env });
    await waitUntilReady(weaviate);
  }

  /** With vectors whose cosine to that of a text gets less from photo to photo. */
  async function fill(): Promise<void> {
    const url = `http://127.0.0.1:${ports.modulePort}`;
    const { textVectors } = await vectorize(url, { texts: ['a cat'] });
    const [cat = []] = textVectors;
    const objects = Array.from({ length: PHOTOS + COPIED }, (_, i) => {
      const at = i % PHOTOS;
      const properties = propertiesOf(at, i < PHOTOS ? 'all' : 'copies');
      return { id: generateUuid5(String(i)), properties, vectors: awayFrom(cat, 1 - (at + 1) / PHOTOS) };
    });
    for (let first = 0; first < objects.length; first += 1_000) {
      const { errors } = await collection.data.insertMany(objects.slice(first, first + 1_000));
      expect(errors).to.deep.equal({});
    }
  }

  async function ready(): Promise<void> {
    while (store.progress().state !== 'ready') {
      await store.describe();
      await sleep(100);
    }
  }

  async function everyPhoto(options: Partial<SearchOptions> = {}): Promise<StoredPhoto[]> {
    const photos: StoredPhoto[] = [];
    for (let offset = 0; ; offset += BLOCK) {
      const page = await store.list({ ...options, limit: BLOCK, offset });
      expect(page.offset).to.equal(offset);
      photos.push(...page.photos);
      if (offset + BLOCK >= page.total) return photos;
    }
  }

  it('reaches every photo, each once, newest first by when it was taken or else by its file', async () => {
    const photos = await everyPhoto();
    const names = photos.map(({ name }) => path.basename(name));
    expect(names).to.deep.equal(Array.from({ length: PHOTOS }, (_, at) => `${at}.jpg`));
    expect((await store.list({ limit: 1 })).beyond).to.equal(undefined);
    expect(await store.describe()).to.include({ count: PHOTOS });
    expect(store.progress()).to.include({ state: 'ready', duplicates: COPIED });
  });

  it('opens a photo far down, among its neighbours', async () => {
    const [photo] = (await store.list({ limit: 1, offset: 10_123 })).photos;
    const around = await store.list({ limit: 100, at: photo?.id ?? '' });
    expect(around.offset).to.equal(10_100);
    expect(around.photos[23]).to.deep.equal(photo);
  });

  it('keeps the copies of a folder where a filter asks for them', async () => {
    expect(await everyPhoto({ filter: { property: 'folder', value: 'copies' } })).to.have.length(COPIED);
    const { filters } = await store.describe();
    expect(filters.map(({ property }) => property)).to.deep.equal(['folder']);
  });

  it('folds copies in searches, whose offsets count photos', async () => {
    const { hits, total, beyond } = await store.searchByText('a cat', { limit: 2 * COPIED });
    const names = hits.map(({ name }) => path.basename(name));
    expect(names).to.deep.equal(Array.from({ length: 2 * COPIED }, (_, at) => `${at}.jpg`));
    expect({ total, beyond }).to.deep.equal({ total: 10_000, beyond: PHOTOS - 10_000 });
    const later = await store.searchByText('a cat', { limit: 10, offset: 100 });
    expect(later.hits.map(({ id }) => id)).to.deep.equal(hits.slice(100, 110).map(({ id }) => id));
  });

  it('opens a photo of a search among its neighbours', async () => {
    const { hits } = await store.searchByText('a cat', { limit: 1, offset: 2_345 });
    const around = await store.searchByText('a cat', { limit: 100, at: hits[0]?.id ?? '' });
    expect(around.offset).to.equal(2_300);
    expect(around.hits[45]?.id).to.equal(hits[0]?.id);
    expect(await store.searchByText('a cat', { limit: 1, at: generateUuid5('gone') })).to.include({
      offset: 0,
    });
  });

  it('finds more like a photo without any copy of it', async () => {
    const [photo] = (await store.list({ limit: 1, offset: 7 })).photos;
    const { hits } = await store.searchLike(photo?.id ?? '', { limit: 20 });
    expect(hits.map(({ name }) => path.basename(name))).not.to.include('7.jpg');
    expect(new Set(hits.map(({ name }) => path.basename(name))).size).to.equal(20);
  });

  it('lists what is added at once, first', async () => {
    const bytes = Buffer.from(await picture(1), 'base64');
    const { photo, outcome } = await store.addImage({ name: 'new.png', bytes });
    expect(outcome).to.equal('added');
    const { photos, total } = await store.list({ limit: 1 });
    expect(photos[0]).to.include({ id: photo.id, name: photo.name });
    expect(total).to.equal(PHOTOS + 1);
  });

  it('is not ready while Weaviate starts again, and at no time without its collection', async () => {
    await weaviate.child.stop('SIGKILL');
    const starting = startServer();
    let up = false;
    void starting.then(() => (up = true));
    const codes = new Set<string>();
    while (!up) {
      for (const ask of [
        () => store.searchByText('a cat', { limit: 1 }),
        () => store.readPhoto(generateUuid5('1')),
      ]) {
        await ask().catch((error: { code?: string }) => codes.add(error.code ?? 'internal'));
      }
      await sleep(20);
    }
    await starting;
    // None at all where each question was kept until Weaviate could answer it.
    expect([...codes].filter((code) => code !== 'not_ready')).to.deep.equal([]);
    expect((await store.searchByText('a cat', { limit: 1 })).hits).to.have.length(1);
  });

  it('says what is gone, and what to run, once the collection is deleted', async () => {
    await client.collections.delete('Page');
    const failed = await store.searchByText('a cat', { limit: 1 }).catch((error: unknown) => error);
    expect(failed).to.include({ code: 'not_found' });
    expect(String(failed)).to.include('`handspring import FOLDER --collection Page` makes it again');
  });
});
