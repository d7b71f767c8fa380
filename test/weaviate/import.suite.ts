import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import { runImport } from '../../src/cli/commands/import.js';
import type { ImportOptions } from '../../src/cli/commands/import.js';
import type { PhotoCollection } from '../../src/photos/weaviate/photo-collection.js';
import { markUnderWay } from '../../src/photos/weaviate/under-way.js';
import { makeFolder } from '../support/folder.js';
import { MODELS, startStack } from '../support/weaviate-stack.js';
import type { Stack } from '../support/weaviate-stack.js';
import { expectSameVector } from '../support/weaviate-vectors.js';
import { vectorize } from '../support/weaviate-module.js';

const NAME = `Imported${process.pid}`;

describe('handspring import into a real Weaviate', function () {
  this.timeout(120_000);
  let stack: Stack;
  let photos: { folder: string; remove: () => Promise<void> };
  let collection: PhotoCollection;
  let printed: string;

  before(async () => {
    stack = await startStack({ model: MODELS.starter });
    photos = await makeFolder({
      'a.jpg': await photo('teal'),
      'b/b.jpg': await photo('coral'),
      'b/b.txt': 'a coral wall',
      'bad.jpg': 'these are words',
      'notes.md': '',
    });
    collection = stack.client.collections.use(NAME) as unknown as PhotoCollection;
  });
  after(async () => {
    await stack?.client.collections.delete(NAME);
    await stack?.stop();
    await photos?.remove();
  });

  async function run(
    options: Partial<ImportOptions> = {},
    interrupt = new AbortController(),
  ): Promise<number> {
    printed = '';
    const write = (text: string) => (printed += text) !== '';
    return runImport(
      {
        paths: [photos.folder],
        root: '',
        exclude: [],
        showPassed: false,
        weaviate: { url: stack.url, grpcUrl: `http://127.0.0.1:${stack.grpcPort}`, apiKey: '', headers: {} },
        collection: NAME,
        choice: { index: 'flat', vectorizeCaptions: false },
        captions: '',
        batch: { maxPhotos: 8, maxBytes: 1_000_000 },
        concurrency: 2,
        maxImageBytes: 1_000_000,
        ...{ maxSoundSeconds: 60, maxVideoSeconds: 60, ffmpeg: 'auto' },
        checksum: false,
        prune: false,
        dryRun: false,
        patienceMs: 20_000,
        report: path.join(photos.folder, '.errors.jsonl'),
        ...options,
      },
      { stdout: { write }, stderr: { isTTY: false, write } as never, interrupt: interrupt.signal },
    );
  }

  it('makes nothing in a dry run', async () => {
    expect(await run({ dryRun: true })).to.equal(0);
    expect(printed).to.include('3 would be imported');
    expect(await stack.client.collections.exists(NAME)).to.equal(false);
  });

  it('makes the collection, stores what is good, and lists what is not with the module’s reason', async () => {
    expect(await run()).to.equal(1);
    expect(printed).to.match(
      /^2 imported, 0 unchanged, 0 removed, 1 failed, \d passed over \(2 of another kind by name/,
    );
    expect(printed.trim().split('\n').at(-1)).to.match(/^All 1, and why: .*errors\.jsonl$/);
    const report = await readFile(path.join(photos.folder, '.errors.jsonl'), 'utf8');
    expect(JSON.parse(report)).to.have.property('file', 'bad.jpg');
    expect(report).to.include('expected a JPEG, PNG');
  });

  it('stores every property, and the module’s own vector', async () => {
    const { objects } = await collection.query.fetchObjects({
      filters: collection.filter.byProperty('path').equal('b/b.jpg'),
      includeVector: true,
    });
    const [object] = objects;
    expect(object?.properties).to.include({
      ...{ file: 'b.jpg', path: 'b/b.jpg', folder: 'b', caption: 'a coral wall' },
      ...{ width: 64, height: 48, shape: 'landscape', format: 'JPEG' },
    });
    expect(object?.properties.takenAt?.toISOString()).to.equal('2020-02-29T12:00:00.000Z');
    const image = (await readFile(path.join(photos.folder, 'b/b.jpg'))).toString('base64');
    const { imageVectors } = await vectorize(stack.moduleUrl, { images: [image] });
    expectSameVector(object?.vectors['default'] as number[], imageVectors[0] ?? []);
  });

  it('changes nothing in a second run, and leaves no report when nothing fails', async () => {
    await rm(path.join(photos.folder, 'bad.jpg'));
    expect(await run()).to.equal(0);
    expect(printed).to.match(/^0 imported, 2 unchanged, 0 removed, 0 failed/);
    expect(existsSync(path.join(photos.folder, '.errors.jsonl'))).to.equal(false);
  });

  it('replaces what has changed and prunes what is gone', async () => {
    await writeFile(path.join(photos.folder, 'a.jpg'), await photo('gold'));
    await rm(path.join(photos.folder, 'b'), { recursive: true });
    expect(await run({ prune: true })).to.equal(0);
    expect(printed).to.match(/^1 imported, 0 unchanged, 2 removed/);
    expect((await collection.aggregate.overAll()).totalCount).to.equal(1);
  });

  it('marks that it is done and in which term, and looks closely where it was not, or the term is another', async () => {
    const done = /^Photos imported by handspring \(handspring import done in term (\d+)\)$/;
    const describe = async () => (await collection.config.get()).description ?? '';
    expect(await describe()).to.match(done);
    const term = done.exec(await describe())?.[1];
    expect(await markUnderWay(collection, term)).to.equal(false);
    expect(await markUnderWay(collection, term)).to.equal(true);
    expect(await run()).to.equal(0);
    expect(printed).to.match(/^0 imported, 1 unchanged/);
    expect(await describe()).to.match(done);
    expect(await markUnderWay(collection, 'another')).to.equal(true);
    expect(await run()).to.equal(0);
    expect(await describe()).to.match(done);
  });

  it('ends with 130 when it is interrupted, and says how to go on', async () => {
    await mkdir(path.join(photos.folder, 'c'));
    await writeFile(path.join(photos.folder, 'c/c.jpg'), await photo('plum'));
    const interrupt = new AbortController();
    interrupt.abort();
    expect(await run({}, interrupt)).to.equal(130);
    expect(printed).to.include('The same command goes on where this one stopped.');
    expect(await run()).to.equal(0);
    expect(printed).to.match(/^1 imported, 1 unchanged/);
  });

  it('ends with 2 for a folder that is not there and a collection that cannot take photos', async () => {
    expect(await run({ paths: [path.join(photos.folder, 'gone')] })).to.equal(2);
    const other = `${NAME}Other`;
    await stack.client.collections.create({ name: other });
    expect(await run({ collection: other })).to.equal(2);
    expect(printed).to.include('expected a vector by multi2vec-clip or multi2vec-bind');
    await stack.client.collections.delete(other);
  });

  it('ends with 1 and says so when nobody answers', async () => {
    const weaviate = { url: 'http://127.0.0.1:9', grpcUrl: '', apiKey: '', headers: {} };
    expect(await run({ weaviate })).to.equal(1);
    expect(printed).to.include('Stopped before the end: no Weaviate at ');
  });
});

function photo(background: string): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .jpeg()
    .withExif({ IFD2: { DateTimeOriginal: '2020:02:29 12:00:00' } })
    .toBuffer();
}
