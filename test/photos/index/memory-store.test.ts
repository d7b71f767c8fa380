import { expect } from 'chai';
import { chmod, mkdir, readFile, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { HandspringError } from '../../../src/core/errors.js';
import { MemoryStore } from '../../../src/photos/index/memory-store.js';
import { openPhotoCache } from '../../../src/photos/index/photo-cache.js';
import type { PhotoCache, PhotoCacheOptions } from '../../../src/photos/index/photo-cache.js';
import type { IndexProgress } from '../../../src/photos/index/store.js';
import { asNobody } from '../../support/as-nobody.js';
import { makeFolder } from '../../support/folder.js';
import { ColourEmbedder } from './colour-embedder.js';
import { createPhoto } from './colour-photo.js';

describe('MemoryStore', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let store: MemoryStore;
  let embedder: ColourEmbedder;
  let listeners: ((progress: IndexProgress) => void)[];

  async function openStore(files: Readonly<Record<string, Uint8Array>>): Promise<void> {
    ({ folder, remove } = await makeFolder(files));
    embedder = new ColourEmbedder();
    listeners = [];
    store = new MemoryStore({
      folder,
      embedder,
      maxImageBytes: 10_000,
      log: { warn: () => undefined },
      onProgress: (progress) => listeners.forEach((listen) => listen(progress)),
    });
  }

  /** Resolves when the index is at rest and `wanted` holds. */
  function settled(wanted: () => boolean | Promise<boolean>): Promise<void> {
    return new Promise((resolve, reject) => {
      listeners.push((progress) => {
        if (progress.state !== 'ready') return;
        Promise.resolve(wanted()).then((holds) => holds && resolve(), reject);
      });
    });
  }

  const names = async (limit = 99) => (await store.list({ limit })).photos.map(({ name }) => name).sort();

  afterEach(async () => {
    await store.close();
    await remove();
  });

  it('finds the photo that a text means, with its score, size and properties', async () => {
    await openStore({
      'red.png': await createPhoto('red', { width: 40, height: 30 }),
      'blue.gif': await createPhoto('blue', { format: 'gif' }),
    });
    await store.start();
    const { hits, encodeMs } = await store.searchByText('something blue', { limit: 2 });
    expect(hits.map(({ name }) => name)).to.deep.equal(['blue.gif', 'red.png']);
    expect(hits[0]?.score).to.be.closeTo(1, 0.001);
    expect(hits[1]).to.include({ width: 40, height: 30 });
    expect(hits[1]?.properties).to.deep.equal({ folder: 'top level', format: 'PNG', shape: 'landscape' });
    expect(encodeMs).to.be.a('number');
  });

  it('searches by an image, and for photos like one without that one', async () => {
    await openStore({
      'red.png': await createPhoto('red'),
      'reddish.png': await createPhoto('red', { shade: 40 }),
      'blue.png': await createPhoto('blue'),
    });
    await store.start();
    const byImage = await store.searchByImage(await createPhoto('red', { format: 'jpeg' }), { limit: 1 });
    expect(byImage.hits[0]?.name).to.equal('red.png');
    const like = await store.searchLike(byImage.hits[0]?.id ?? '', { limit: 9 });
    expect(like.hits.map(({ name }) => name)).to.deep.equal(['reddish.png', 'blue.png']);
  });

  it('counts and lists bad files with their reasons, and indexes the rest', async () => {
    await openStore({
      'bad.jpg': Buffer.from('no image'),
      'large.png': Buffer.alloc(10_001),
      'red.png': await createPhoto('red'),
    });
    await store.start();
    const progress = store.progress();
    expect(progress).to.include({ state: 'ready', total: 3, done: 3, refusedCount: 2, duplicates: 0 });
    expect(progress.refused).to.deep.include({
      name: 'bad.jpg',
      reason: 'image: expected an image, received something else',
      kind: 'unknown_format',
    });
    expect(progress.refused).to.deep.include({
      name: 'large.png',
      reason: 'expected at most 10000 bytes (MAX_IMAGE_BYTES), received 10001',
      kind: 'too_large',
    });
    expect(await names()).to.deep.equal(['red.png']);
  });

  it('takes two files with the same content for one photo', async () => {
    const red = await createPhoto('red');
    await openStore({ 'a.png': red, 'b.png': red });
    await store.start();
    expect(await names()).to.have.length(1);
    expect(store.progress().duplicates).to.equal(1);
  });

  it('goes on by itself after the engine was overloaded', async () => {
    await openStore({ 'red.png': await createPhoto('red') });
    embedder.failures.push(new HandspringError('overloaded', 'full'));
    await store.start();
    expect(await names()).to.deep.equal(['red.png']);
  });

  it('tries a file again after the engine failed, at the next change of the folder', async () => {
    await openStore({ 'red.png': await createPhoto('red') });
    embedder.failures.push(new HandspringError('encoder_failed', 'the encoder failed'));
    await store.start();
    expect(store.progress()).to.include({ refusedCount: 1 });
    const done = settled(() => store.progress().refusedCount === 0);
    await writeFile(path.join(folder, 'blue.png'), await createPhoto('blue'));
    await done;
    expect(await names()).to.deep.equal(['blue.png', 'red.png']);
  });

  it('follows the folder: photos that come, change and go, also in new folders below', async () => {
    await openStore({ 'red.png': await createPhoto('red') });
    await store.start();
    const came = settled(async () => (await names()).includes('trip/green.png'));
    await mkdir(path.join(folder, 'trip'));
    await writeFile(path.join(folder, 'trip/green.png'), await createPhoto('green'));
    await came;
    const deeper = settled(async () => (await names()).includes('trip/yellow.png'));
    await writeFile(path.join(folder, 'trip/yellow.png'), await createPhoto('yellow'));
    await deeper;
    const changed = settled(
      async () => (await store.searchByText('blue', { limit: 1 })).hits[0]?.name === 'red.png',
    );
    await writeFile(path.join(folder, 'red.png'), await createPhoto('blue', { width: 99 }));
    await changed;
    const gone = settled(async () => (await names()).length === 1);
    await rm(path.join(folder, 'trip'), { recursive: true });
    await gone;
    expect(await names()).to.deep.equal(['red.png']);
  });

  it('writes an added photo into the folder and finds it at once', async () => {
    await openStore({});
    await store.start();
    const bytes = await createPhoto('purple');
    const { outcome, photo } = await store.addImage({ name: '../../sneaky.jpg', bytes });
    expect(outcome).to.equal('added');
    expect(photo.name).to.equal('sneaky.png');
    expect(await readdir(folder)).to.deep.equal(['sneaky.png']);
    expect((await store.searchByText('purple', { limit: 1 })).hits[0]?.id).to.equal(photo.id);
    expect((await buffer((await store.openImage(photo.id)).body)).equals(bytes)).to.equal(true);
    expect(store.progress()).to.include({ total: 1, done: 1 });
  });

  it('recognises content that is there already, also when it comes twice at once', async () => {
    await openStore({ 'red.png': await createPhoto('red') });
    await store.start();
    const again = await store.addImage({ name: 'other.png', bytes: await createPhoto('red') });
    expect(again.outcome).to.equal('duplicate');
    expect(again.photo.name).to.equal('red.png');
    const bytes = await createPhoto('blue');
    const both = await Promise.all(['a.png', 'b.png'].map((name) => store.addImage({ name, bytes })));
    expect(both.map(({ outcome }) => outcome)).to.have.members(['added', 'duplicate']);
    expect(await readdir(folder)).to.have.length(2);
  });

  it('writes nothing for what is no image', async () => {
    await openStore({});
    await store.start();
    const error = await store
      .addImage({ name: 'a.png', bytes: Buffer.from('text') })
      .catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'invalid_image');
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('describes itself without the path of the folder', async () => {
    await openStore({ 'red.png': await createPhoto('red') });
    await store.start();
    const description = await store.describe();
    expect(description).to.include({ kind: 'memory', where: path.basename(folder), count: 1, canAdd: true });
    expect(JSON.stringify(description)).not.to.include(path.dirname(folder));
  });

  it('says not_found for ids it does not know and for files that are gone', async () => {
    await openStore({ 'red.png': await createPhoto('red') });
    await store.start();
    const [red] = (await store.list({ limit: 1 })).photos;
    const unknown = [
      store.readPhoto('x'),
      store.openImage('x'),
      store.searchLike('x', { limit: 1 }),
      rm(path.join(folder, 'red.png')).then(() => store.openImage(red?.id ?? '')),
    ];
    for (const result of await Promise.allSettled(unknown)) {
      expect(result).to.have.nested.property('reason.code', 'not_found');
    }
  });

  it('says which part of a long text was left out', async () => {
    await openStore({});
    await store.start();
    expect((await store.searchByText('red '.repeat(99), { limit: 1 })).truncated).to.equal(true);
    expect((await store.searchByText('red', { limit: 1 })).truncated).to.equal(false);
  });

  it('stops reading when it is closed', async () => {
    const photos = await Promise.all(Array.from({ length: 40 }, (_, i) => createPhoto('red', { shade: i })));
    await openStore(Object.fromEntries(photos.map((bytes, i) => [`${i}.png`, bytes])));
    const started = store.start().catch((error: unknown) => error);
    await new Promise<void>((resolve) => listeners.push(({ done }) => done >= 2 && resolve()));
    await store.close();
    expect(await started).to.have.property('name', 'AbortError');
    expect(embedder.images).to.be.lessThan(40);
  });
});

describe('MemoryStore over files that cannot be read', () => {
  it('counts and names each of them', async () => {
    const { folder, remove } = await makeFolder({ 'closed.jpg': 'x', IMG_0001: 'x', 'shut/a.jpg': 'x' });
    for (const name of ['closed.jpg', 'IMG_0001', 'shut']) await chmod(path.join(folder, name), 0);
    const store = new MemoryStore({
      folder,
      embedder: new ColourEmbedder(),
      maxImageBytes: 10_000,
      log: { warn: () => undefined },
    });
    await asNobody(folder, () => store.start());
    const { refusedCount, refused } = store.progress();
    expect(refusedCount).to.equal(3);
    expect(refused.map(({ name, reason }) => `${name}: ${reason}`).sort()).to.deep.equal([
      'IMG_0001: the file cannot be opened',
      'closed.jpg: the file cannot be read',
      'shut: the folder cannot be opened',
    ]);
    await store.close();
    await chmod(path.join(folder, 'shut'), 0o755);
    await remove();
  });
});

describe('MemoryStore over a folder that an earlier run has read', () => {
  let remove: () => Promise<void>;
  let folder: string;
  let cache: PhotoCache;
  let embedder: ColourEmbedder;
  let store: MemoryStore | undefined;

  beforeEach(async () => {
    ({ folder, remove } = await makeFolder({
      'photos/red.png': await createPhoto('red', { width: 40, height: 30 }),
      'photos/broken.png': 'no image',
    }));
    embedder = new ColourEmbedder();
  });
  afterEach(async () => {
    await end();
    await remove();
  });

  async function begin(space = 'a model', options: PhotoCacheOptions = {}): Promise<MemoryStore> {
    const throwOn = (error: unknown) => {
      throw error;
    };
    cache = await openPhotoCache(folder, throwOn, options);
    store = new MemoryStore({
      folder: path.join(folder, 'photos'),
      embedder,
      cache,
      known: cache.contents(space),
      maxImageBytes: 10_000,
      log: { warn: () => undefined },
    });
    await store.start();
    return store;
  }

  async function end(): Promise<void> {
    if (store === undefined) return;
    await store.close();
    await cache.close();
    store = undefined;
  }

  /** All that a user sees of the photos. */
  const look = async (from: MemoryStore) => ({
    ...(await from.searchByText('red', { limit: 9 })),
    encodeMs: 0,
    progress: from.progress(),
  });

  it('asks the model nothing again and answers the same', async () => {
    const first = await look(await begin());
    expect(first.hits.map(({ name }) => name)).to.deep.equal(['red.png']);
    await end();
    embedder = new ColourEmbedder();
    expect(await look(await begin())).to.deep.equal(first);
    expect(embedder.images).to.equal(0);
  });

  it('does not read an unchanged file', async () => {
    const file = path.join(folder, 'photos/red.png');
    const bytes = await readFile(file);
    await utimes(file, 1000, 1000);
    await begin();
    await end();
    // Other content of the same size and time, in the same inode: only who reads the file can tell.
    await writeFile(file, Buffer.alloc(bytes.length), { flag: 'r+' });
    await utimes(file, 1000, 1000);
    expect((await look(await begin())).progress).to.include({ done: 2, refusedCount: 1 });
  });

  it('reads what has changed, and asks the model about new content alone', async () => {
    await begin();
    await end();
    await rename(path.join(folder, 'photos/red.png'), path.join(folder, 'photos/moved.png'));
    await writeFile(path.join(folder, 'photos/red.png'), await createPhoto('blue'));
    embedder = new ColourEmbedder();
    const { hits } = await look(await begin());
    expect(hits.map(({ name }) => name)).to.deep.equal(['moved.png', 'red.png']);
    expect(embedder.images).to.equal(1);
  });

  it('asks the model once about copies that are read together', async () => {
    await writeFile(
      path.join(folder, 'photos/copy.png'),
      await createPhoto('red', { width: 40, height: 30 }),
    );
    const { progress } = await look(await begin());
    expect(progress).to.include({ done: 3, duplicates: 1 });
    expect(embedder.images).to.equal(2);
  });

  it('asks another model about everything', async () => {
    await begin();
    await end();
    embedder = new ColourEmbedder();
    await begin('another model');
    expect(embedder.images).to.equal(2);
  });

  it('looks with another reader at what was refused, and asks the model nothing about what it knows', async () => {
    const first = await look(await begin('a model', { reader: 1 }));
    await end();
    embedder = new ColourEmbedder();
    expect(await look(await begin('a model', { reader: 2 }))).to.deep.equal(first);
    expect(embedder.images, 'the broken one').to.equal(1);
    await end();
    embedder = new ColourEmbedder();
    expect(await look(await begin('a model', { reader: 2 }))).to.deep.equal(first);
    expect(embedder.images).to.equal(0);
  });
});
