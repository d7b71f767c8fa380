import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MemoryStore } from '../../../src/photos/index/memory-store.js';
import { openPhotoCache } from '../../../src/photos/index/photo-cache.js';
import { PHOTO, SOUND } from '../../../src/photos/media/kinds.js';
import { SoundReader } from '../../../src/photos/media/sound-reader.js';
import { makeFolder } from '../../support/folder.js';
import { rejectionOf } from '../../support/rejection.js';
import { ColourEmbedder } from './colour-embedder.js';
import { createPhoto } from './colour-photo.js';
import { createSound } from './colour-sound.js';

describe('MemoryStore, of photos and sounds', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let embedder: ColourEmbedder;
  let store: MemoryStore;
  let reader: SoundReader;

  beforeEach(async () => {
    ({ folder, remove } = await makeFolder({
      'red.png': await createPhoto('red'),
      'blue.png': await createPhoto('blue'),
      'red.wav': createSound('red', 2),
      'calls/blue.wav': createSound('blue'),
      // A sound by its content, and one that no tower can read.
      'green.jpg': createSound('green'),
      'broken.mp3': Buffer.from('no sound at all'),
    }));
    reader = new SoundReader({ maxSeconds: 60 });
    store = openStore();
  });
  afterEach(async () => {
    await store.close();
    await reader.close();
    await remove();
  });

  const openStore = (options: Partial<ConstructorParameters<typeof MemoryStore>[0]> = {}) => {
    embedder = new ColourEmbedder();
    return new MemoryStore({
      folder,
      embedder,
      kinds: [PHOTO, SOUND],
      tools: { readSound: (bytes) => reader.read(bytes) },
      maxImageBytes: 100_000,
      log: { warn: () => undefined },
      ...options,
    });
  };
  const names = ({ hits }: { hits: readonly { name: string }[] }) => hits.map(({ name }) => name);

  it('finds either kind by words, apart from each other or together', async () => {
    await store.start();
    const { kinds, count } = await store.describe();
    expect(kinds).to.deep.equal([
      { kind: 'image', one: 'photo', many: 'photos', count: 2 },
      { kind: 'audio', one: 'sound', many: 'sounds', count: 3 },
    ]);
    expect(count).to.equal(5);
    expect(names(await store.searchByText('blue', { limit: 1, kind: 'image' }))).to.deep.equal(['blue.png']);
    const sounds = await store.searchByText('blue', { limit: 9, kind: 'audio' });
    expect(sounds.total).to.equal(3);
    expect(sounds.hits[0]).to.include({ name: 'calls/blue.wav', kind: 'audio', seconds: 1 });
    expect(sounds.hits[0]?.properties).to.deep.equal({ folder: 'calls', format: 'WAV' });
    expect((await store.searchByText('blue', { limit: 9 })).total).to.equal(5);
  });

  it('finds photos like a sound and sounds like a photo, and searches by a sound', async () => {
    await store.start();
    const { photos } = await store.list({ limit: 9 });
    const idOf = (wanted: string) => photos.find(({ name }) => name === wanted)?.id ?? '';
    const red = await store.searchLike(idOf('red.wav'), { limit: 1, kind: 'image' });
    expect(names(red)).to.deep.equal(['red.png']);
    const heard = await store.searchLike(idOf('blue.png'), { limit: 1, kind: 'audio' });
    expect(names(heard)).to.deep.equal(['calls/blue.wav']);
    const by = await store.searchByImage(createSound('green', 3), { limit: 1, kind: 'audio' });
    expect(names(by)).to.deep.equal(['green.jpg']);
  });

  it('keeps a sound’s outline, loudest part full: a hundred parts of a tone that fades', async () => {
    await store.start();
    const { hits } = await store.searchByText('red', { limit: 1, kind: 'audio' });
    const outline = hits[0]?.outline ?? '';
    expect(outline).to.match(/^ff[0-9a-f]{198}$/);
    expect(parseInt(outline.slice(100, 102), 16)).to.be.closeTo(127, 4);
    expect(parseInt(outline.slice(-2), 16)).to.be.lessThan(6);
  });

  it('lists what is no sound among what was left out, and adds one that is dropped in under a name that fits', async () => {
    await store.start();
    expect(store.progress().refused).to.deep.equal([
      {
        name: 'broken.mp3',
        reason: 'audio: expected a sound, received something else',
        kind: 'unknown_format',
      },
    ]);
    const sound = { name: 'new.exe', bytes: createSound('yellow') };
    const { outcome, photo } = await store.addImage(sound);
    expect(outcome).to.equal('added');
    expect(photo).to.include({ name: 'new.wav', kind: 'audio', seconds: 1 });
    const { mediaType, body } = await store.openImage(photo.id);
    body.destroy();
    expect(mediaType).to.equal('audio/wav');
  });

  it('remembers sounds, and why a file is none, from one start to the next', async () => {
    const open = () => openPhotoCache(path.join(folder, '.cache'), () => undefined);
    const first = await open();
    const remembering = openStore({ cache: first, known: first.contents('test') });
    await remembering.start();
    await remembering.close();
    await first.close();
    const cache = await open();
    const again = openStore({ cache, known: cache.contents('test') });
    await again.start();
    expect(embedder.images).to.equal(0);
    const { hits } = await again.searchByText('red', { limit: 1, kind: 'audio' });
    expect(hits[0]).to.include({ name: 'red.wav', seconds: 2 });
    expect(again.progress().refused[0]).to.include({ name: 'broken.mp3', kind: 'unknown_format' });
    await again.close();
    await cache.close();
  });

  it('passes sounds over where the model has no tower for them, and refuses to search by one', async () => {
    await writeFile(path.join(folder, 'plain.txt'), 'no');
    const passed: string[] = [];
    const alone = openStore({
      kinds: [PHOTO],
      onListed: (list) => passed.push(...list.map((one) => one.path)),
    });
    await alone.start();
    expect(passed.sort()).to.deep.equal(['broken.mp3', 'calls/blue.wav', 'plain.txt', 'red.wav']);
    expect((await alone.describe()).kinds.map(({ kind }) => kind)).to.deep.equal(['image']);
    const error = await rejectionOf(alone.searchByImage(createSound('red'), { limit: 1 }));
    expect(error).to.have.property('code', 'invalid_image');
    await alone.close();
  });
});
