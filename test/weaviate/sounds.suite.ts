import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { vectors } from 'weaviate-client';
import { runImport } from '../../src/cli/commands/import.js';
import type { ImportOptions } from '../../src/cli/commands/import.js';
import { ROOT } from '../../src/core/own-module.js';
import { SoundReader } from '../../src/photos/media/sound-reader.js';
import type { PhotoCollection } from '../../src/photos/weaviate/photo-collection.js';
import { connectToWeaviate } from '../../src/photos/weaviate/connection.js';
import { WeaviateStore } from '../../src/photos/weaviate/weaviate-store.js';
import { createSound } from '../photos/index/colour-sound.js';
import { FFMPEG, makeMedia } from '../support/ffmpeg.js';
import { makeFolder } from '../support/folder.js';
import { rejectionOf } from '../support/rejection.js';
import { vectorize } from '../support/weaviate-module.js';
import { MODELS, startStack } from '../support/weaviate-stack.js';
import type { Stack } from '../support/weaviate-stack.js';
import { expectSameVector } from '../support/weaviate-vectors.js';

const NAME = `Sounds${process.pid}`;
const SAMPLES = fileURLToPath(new URL('samples/', ROOT));
const FILES = ['chelsea-the-cat.jpg', 'march-pastoral.jpg', 'birdsong.ogg', 'siren.ogg', 'sea-waves.ogg'];

describe('sounds beside photos in a real Weaviate', function () {
  this.timeout(120_000);
  let stack: Stack;
  let made: { folder: string; remove: () => Promise<void> };
  let collection: PhotoCollection;
  let store: WeaviateStore;
  let sounds: SoundReader;
  let printed: string;

  before(async () => {
    stack = await startStack({
      model: MODELS.starter,
      flags: ['--modalities', 'text,image,audio,video'],
      variables: (inferenceUrl) => ({
        ENABLE_MODULES: 'multi2vec-clip,multi2vec-bind',
        BIND_INFERENCE_API: inferenceUrl,
        BIND_WAIT_FOR_STARTUP: 'false',
      }),
    });
    made = await makeFolder({ 'broken.mp3': 'no sound at all', 'notes.md': '', 'empty.wav': '' });
    for (const file of FILES) await copyFile(path.join(SAMPLES, file), path.join(made.folder, file));
    collection = stack.client.collections.use(NAME) as unknown as PhotoCollection;
    sounds = new SoundReader({ maxSeconds: 60 });
  });
  after(async () => {
    await store?.close();
    await sounds?.close();
    for (const name of [NAME, `${NAME}Clip`]) await stack?.client.collections.delete(name);
    await stack?.stop();
    await made?.remove();
  });

  const address = () => ({
    ...{ url: stack.url, grpcUrl: `http://127.0.0.1:${stack.grpcPort}`, apiKey: '', headers: {} },
  });

  async function run(options: Partial<ImportOptions> = {}): Promise<number> {
    printed = '';
    const write = (text: string) => (printed += text) !== '';
    return runImport(
      {
        ...{ paths: [made.folder], root: '', exclude: [], showPassed: false, captions: '', report: '' },
        ...{ weaviate: address(), collection: NAME, choice: { index: 'flat', vectorizeCaptions: false } },
        ...{ batch: { maxPhotos: 8, maxBytes: 1_000_000 }, concurrency: 2, patienceMs: 20_000 },
        ...{ maxImageBytes: 1_000_000, maxSoundSeconds: 60, maxVideoSeconds: 60, ffmpeg: 'auto' },
        ...{ checksum: false, prune: false, dryRun: false },
        ...options,
      },
      {
        stdout: { write },
        stderr: { isTTY: false, write } as never,
        interrupt: new AbortController().signal,
      },
    );
  }

  const stored = async (file: string) => {
    const { objects } = await collection.query.fetchObjects({
      filters: collection.filter.byProperty('path').equal(file),
      includeVector: true,
    });
    return objects[0];
  };
  const names = ({ hits }: { hits: readonly { name: string }[] }) => hits.map(({ name }) => name);

  it('tells in a dry run what it would take', async () => {
    expect(await run({ dryRun: true })).to.equal(1); // the empty file
    expect(printed).to.include('6 would be imported');
    expect(printed).to.include('1 passed over (1 of another kind by name)');
    expect(printed).to.include('empty.wav: expected a sound, received an empty file');
  });

  it('are imported beside them, and what is none is told in the module’s words', async () => {
    expect(await run()).to.equal(1);
    expect(printed).to.match(/^5 imported, 0 unchanged, 0 removed, 2 failed, /);
    expect(printed).to.match(/^broken\.mp3: expected a WAV, MP3, FLAC/m);
    expect(await run()).to.equal(1);
    expect(printed).to.match(/^0 imported, 5 unchanged/);
  });

  it('are stored with what there is to show of them, and the vector of the audio tower', async () => {
    const siren = await stored('siren.ogg');
    expect(siren?.properties).to.include({ kind: 'audio', format: 'Vorbis', file: 'siren.ogg' });
    expect(siren?.properties.seconds).to.be.greaterThan(1);
    expect(siren?.properties.outline).to.match(/^[0-9a-f]{200}$/);
    const file = (await readFile(path.join(made.folder, 'siren.ogg'))).toString('base64');
    const { audioVectors = [] } = await vectorize(stack.moduleUrl, { audio: [file] });
    expectSameVector(siren?.vectors['default'] as number[], audioVectors[0] ?? []);
    expect((await stored('chelsea-the-cat.jpg'))?.properties).to.include({ kind: 'image', format: 'JPEG' });
  });

  it('are found on the page by words, by a photo and by a sound, apart from the photos', async () => {
    const tools = { readSound: (bytes: Uint8Array) => sounds.read(bytes) };
    store = await WeaviateStore.open(await connectToWeaviate(address()), NAME, tools);
    const { kinds, filters } = await store.describe();
    expect(kinds.map(({ kind, count }) => [kind, count])).to.deep.equal([
      ['image', 2],
      ['audio', 3],
      ['video', 0],
    ]);
    expect(filters.map(({ property }) => property)).not.to.include('kind');
    const found = await store.searchByText('birds singing', { limit: 9, kind: 'audio' });
    expect(found.total).to.equal(3);
    expect(found.hits[0]).to.include({ name: 'birdsong.ogg', kind: 'audio' });
    expect(found.hits[0]?.outline).to.have.length(200);
    const photos = await store.searchByText('a cat', { limit: 9, kind: 'image' });
    expect(names(photos)[0]).to.equal('chelsea-the-cat.jpg');
    expect(photos.total).to.equal(2);
    const like = await store.searchLike(found.hits[0]?.id ?? '', { limit: 1, kind: 'image' });
    expect(names(like)).to.deep.equal(['march-pastoral.jpg']);
    const heard = await store.searchByImage(await readFile(path.join(SAMPLES, 'siren.ogg')), {
      ...{ limit: 1, kind: 'audio' },
    });
    expect(names(heard)).to.deep.equal(['siren.ogg']);
    expect((await store.list({ limit: 9, kind: 'audio' })).total).to.equal(3);
  });

  it('go with videos, where the module has a tower for them and an ffmpeg', async function () {
    if (!FFMPEG) this.skip();
    const film = path.join(made.folder, 'cat.webm');
    const cat = path.join(SAMPLES, 'chelsea-the-cat.jpg');
    const moving = ['-loop', '1', '-t', '2', '-r', '10', '-i', cat, '-vf', 'scale=160:-2'];
    await writeFile(film, makeMedia([...moving, '-c:v', 'libvpx', '-f', 'webm']));
    expect(await run()).to.equal(1);
    expect(printed).to.match(/^1 imported, 5 unchanged/);
    expect((await stored('cat.webm'))?.properties).to.include({ kind: 'video', seconds: 2, width: 160 });
    const over = await WeaviateStore.open(await connectToWeaviate(address()), NAME);
    const { hits } = await over.searchByText('a cat', { limit: 1, kind: 'video' });
    expect(hits[0]).to.include({ name: 'cat.webm', kind: 'video' });
    const like = await over.searchLike(hits[0]?.id ?? '', { limit: 1, kind: 'image' });
    expect(names(like)).to.deep.equal(['chelsea-the-cat.jpg']);
    const { body, mediaType } = await over.openImage(hits[0]?.id ?? '');
    expect(mediaType).to.equal('video/webm');
    expect(await buffer(body)).to.deep.equal(await readFile(film));
    const refused = await rejectionOf(over.searchByImage(await readFile(film), { limit: 1 }));
    expect(refused).to.have.property('message').that.includes('words and a video that is in the collection');
    await over.close();
    await rm(film);
    await run({ prune: true });
    expect(printed).to.include('1 removed');
  });

  it('are played as they were put in, and added by the page', async () => {
    const [bird] = (await store.searchByText('birds', { limit: 1, kind: 'audio' })).hits;
    const { body, mediaType } = await store.openImage(bird?.id ?? '');
    expect(mediaType).to.equal('audio/ogg');
    expect(await buffer(body)).to.deep.equal(await readFile(path.join(SAMPLES, 'birdsong.ogg')));
    const added = await store.addImage({ name: 'new.exe', bytes: createSound('red', 2) });
    expect(added.photo).to.include({ name: 'new.wav', kind: 'audio', seconds: 2 });
    const refused = await rejectionOf(store.addImage({ name: 'no.wav', bytes: Buffer.from('RIFF....WAVE') }));
    expect(refused).to.have.property('code', 'invalid_media');
  });

  it('are passed over where the collection has no field for them, with what to do', async () => {
    const { collections } = stack.client;
    await collections.create({
      name: `${NAME}Clip`,
      vectorizers: vectors.multi2VecClip({ imageFields: ['image'] }),
    });
    await run({ collection: `${NAME}Clip` });
    expect(printed).to.include('5 sounds without an audio tower');
    expect(printed).to.include(
      'The collection has no field for sounds; a new one (--collection) takes them.',
    );
  });

  it('leave with their files, and stay while no tower reads them', async () => {
    await rm(path.join(made.folder, 'siren.ogg'));
    await rename(path.join(made.folder, 'sea-waves.ogg'), path.join(made.folder, 'waves.ogg'));
    expect(await run({ prune: true })).to.equal(1);
    expect(printed).to.match(/^1 imported, 3 unchanged, 2 removed/);
    expect(await stored('waves.ogg')).to.have.nested.property('properties.kind', 'audio');
    await stack.module.stop();
    await stack.restartModule(['--modalities', 'text,image']);
    expect(await run({ prune: true })).to.equal(0);
    expect(printed).to.match(/^0 imported, 2 unchanged, 0 removed, 0 failed, /);
    expect(printed).to.include('5 passed over (1 of another kind by name, 4 sounds without an audio tower)');
    expect(await stored('waves.ogg')).not.to.equal(undefined);
  });
});
