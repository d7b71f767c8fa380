import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { LockFile } from '../../src/models/hub/lock-file.js';
import { resolveModel } from '../../src/models/resolve.js';
import type { ResolveOptions } from '../../src/models/resolve.js';
import { sha256Of } from '../support/hub.js';
import type { StandInHub } from '../support/hub.js';
import { noise } from '../support/random.js';
import { rejection } from '../support/rejection.js';
import { REPOSITORY, startTinyHub, TINY_FILES, tinyEntry } from '../support/tiny-model.js';
import type { TinyPath } from '../support/tiny-model.js';

const VISION = 'onnx/vision_model.onnx';
const TEXT = 'onnx/text_model.onnx';

describe('resolving a model', () => {
  let hub: StandInHub;
  let cacheDir: string;
  let options: ResolveOptions;
  let stop: () => Promise<void>;
  beforeEach(async () => ({ hub, cacheDir, options, stop } = await startTinyHub()));
  afterEach(() => stop());

  const folder = () => join(cacheDir, 'models', `someone--tiny-clip@${'a'.repeat(40)}`);
  const readLock = (at = folder()) =>
    JSON.parse(readFileSync(join(at, 'handspring-lock.json'), 'utf8')) as LockFile;
  const offline = () => ({ ...options, offline: true });

  it('fetches what the model needs into the cache and writes down what it accepted', async () => {
    const model = await resolveModel('tiny-clip', options);
    expect(model).to.include({ folder: folder(), name: 'tiny-clip', revision: 'a'.repeat(40) });
    const lock = readLock();
    expect(lock).to.include({ version: 1, repository: REPOSITORY, revision: 'a'.repeat(40) });
    expect(Object.keys(lock.files)).to.deep.equal([
      'config.json',
      TEXT,
      VISION,
      'preprocessor_config.json',
      'tokenizer.json',
    ]);
    const { content } = TINY_FILES[VISION];
    expect(lock.files[VISION]).to.include({ bytes: content.length, sha256: sha256Of(content) });
    expect(Date.parse(lock.files[VISION]!.acceptedAt)).to.be.closeTo(Date.now(), 60_000);
  });

  it('tells the hashes of what it fetched, and of what it compared with them later', async () => {
    const hashesOf = async (given: ResolveOptions) => [
      ...((await resolveModel('tiny-clip', given)).hashes ?? []),
    ];
    const ofContents = (paths: readonly TinyPath[]) =>
      paths.map((file) => [join(folder(), file), sha256Of(TINY_FILES[file].content)]);
    const files = ['config.json', TEXT, VISION, 'preprocessor_config.json', 'tokenizer.json'] as const;
    expect(await hashesOf(options)).to.have.deep.members(ofContents(files));
    expect(await hashesOf(offline())).to.have.deep.members(ofContents(files));
    const textOnly = { ...offline(), modalities: ['text'] };
    expect(await hashesOf(textOnly)).to.have.deep.members(
      ofContents(['config.json', TEXT, 'tokenizer.json']),
    );
  });

  it('lets the folder say its name and its normalisation', async () => {
    const entry = tinyEntry({ normalise: false, caution: 'Mind the gap.' });
    await resolveModel('tiny-clip', { ...options, catalogue: [entry] });
    const own = JSON.parse(readFileSync(join(folder(), 'handspring.json'), 'utf8')) as unknown;
    expect(own).to.deep.equal({ name: 'tiny-clip', title: 'Tiny', normalize: false, note: 'Mind the gap.' });
  });

  it('puts in the settings that a repository lacks, and follows the catalogue when they change', async () => {
    const withSettings = (size: number) =>
      tinyEntry({ generated: [{ to: 'visual/preprocess_cfg.json', content: { size } }] });
    await resolveModel('tiny-clip', { ...options, catalogue: [withSettings(224)] });
    await resolveModel('tiny-clip', { ...offline(), catalogue: [withSettings(256)] });
    expect(readFileSync(join(folder(), 'visual/preprocess_cfg.json'), 'utf8')).to.equal(
      '{\n  "size": 256\n}\n',
    );
  });

  it('fetches only the towers that are served', async () => {
    await resolveModel('tiny-clip', { ...options, modalities: ['text'] });
    expect(existsSync(join(folder(), VISION))).to.equal(false);
    expect(Object.keys(readLock().files)).to.deep.equal(['config.json', TEXT, 'tokenizer.json']);
    await resolveModel('tiny-clip', options);
    expect(hub.downloads(TEXT)).to.have.length(1);
    expect(existsSync(join(folder(), VISION))).to.equal(true);
  });

  it('picks the file of the precision, and fp32 for int8, which is made here', async () => {
    const image = { ...options, modalities: ['image'] };
    await resolveModel('tiny-clip', { ...image, precision: 'fp16' });
    expect(existsSync(join(folder(), 'onnx/vision_model_fp16.onnx'))).to.equal(true);
    expect(existsSync(join(folder(), VISION))).to.equal(false);
    await resolveModel('tiny-clip', { ...image, precision: 'int8' });
    expect(existsSync(join(folder(), VISION))).to.equal(true);
  });

  it('refuses a precision that the model is not published in, without fetching another', async () => {
    const { message } = await rejection(
      resolveModel('tiny-clip', { ...options, precision: 'fp16' }),
      'unsupported',
    );
    expect(message).to.include('tiny-clip').and.include('fp16').and.include('text');
    expect(hub.seen).to.deep.equal([]);
  });

  it('asks the network for nothing once the cache is complete', async () => {
    await resolveModel('tiny-clip', options);
    hub.seen.length = 0;
    await resolveModel('tiny-clip', options);
    expect(await resolveModel('tiny-clip', offline())).to.have.property('folder', folder());
    expect(hub.seen).to.deep.equal([]);
  });

  it('names CACHE_DIR where its folder cannot be made', async () => {
    const dangling = join(cacheDir, 'elsewhere');
    symlinkSync(join(cacheDir, 'not-there'), dangling);
    const failing = resolveModel('tiny-clip', { ...options, cacheDir: dangling });
    expect(await failing.catch((error: Error) => error.message)).to.match(
      /^CACHE_DIR: expected a folder that the files of a model can be written into, received E[A-Z]+: /,
    );
    expect(hub.seen).to.deep.equal([]);
  });

  it('never touches the network offline, and says what is missing and what to run', async () => {
    await resolveModel('tiny-clip', { ...options, modalities: ['text'] });
    hub.seen.length = 0;
    const createHub = () => {
      throw new Error('a hub was made');
    };
    const { message } = await rejection(resolveModel('tiny-clip', { ...offline(), createHub }), 'not_cached');
    expect(message).to.include(VISION).and.match(/run `handspring models pull tiny-clip` with OFFLINE unset$/);
    const cacheOnly = { ...options, cacheOnly: true, createHub };
    const unforbidden = await rejection(resolveModel('tiny-clip', cacheOnly), 'not_cached');
    expect(unforbidden.message).to.match(/run `handspring models pull tiny-clip`$/);
    expect(hub.seen).to.deep.equal([]);
  });

  it('refuses a file that changed since it was accepted, and names both hashes', async () => {
    await resolveModel('tiny-clip', options);
    const changed = Buffer.from(TINY_FILES[VISION].content);
    changed[changed.length - 1]! ^= 1;
    writeFileSync(join(folder(), VISION), changed);
    const { message } = await rejection(resolveModel('tiny-clip', options), 'mismatch');
    expect(message).to.include(sha256Of(TINY_FILES[VISION].content)).and.include(sha256Of(changed));
    await rejection(resolveModel('tiny-clip', offline()), 'mismatch');
  });

  it('finds a cut file by its size', async () => {
    await resolveModel('tiny-clip', options);
    writeFileSync(join(folder(), TEXT), TINY_FILES[TEXT].content.subarray(1));
    expect((await rejection(resolveModel('tiny-clip', options), 'mismatch')).message).to.include('149999');
  });

  it('fetches a deleted file again, and accepts the locked bytes only', async () => {
    const unpinned = { ...options, catalogue: [tinyEntry({ files: tinyEntry().files.map(unpin) })] };
    await resolveModel('tiny-clip', unpinned);
    rmSync(join(folder(), TEXT));
    const other = noise(TINY_FILES[TEXT].content.length, 99);
    hub.replaced.set(TEXT, other);
    const { message } = await rejection(resolveModel('tiny-clip', unpinned), 'mismatch');
    expect(message).to.include(sha256Of(other)).and.include(sha256Of(TINY_FILES[TEXT].content));
    expect(existsSync(join(folder(), TEXT))).to.equal(false);
    hub.replaced.clear();
    await resolveModel('tiny-clip', unpinned);
  });

  it('refuses a lock file that disagrees with the catalogue, and names both hashes', async () => {
    await resolveModel('tiny-clip', options);
    const other = tinyEntry({
      files: tinyEntry().files.map((file) =>
        file.path === TEXT ? { ...file, sha256: 'e'.repeat(64) } : file,
      ),
    });
    const { message } = await rejection(
      resolveModel('tiny-clip', { ...options, catalogue: [other] }),
      'mismatch',
    );
    expect(message).to.include('e'.repeat(64)).and.include(sha256Of(TINY_FILES[TEXT].content));
  });

  it('takes over a pinned file that an interrupted run put in place but did not write down', async () => {
    await resolveModel('tiny-clip', options);
    rmSync(join(folder(), 'handspring-lock.json'));
    hub.seen.length = 0;
    await resolveModel('tiny-clip', options);
    expect(hub.downloads(VISION)).to.have.length(0);
    expect(readLock().files[VISION]).to.have.property('sha256', sha256Of(TINY_FILES[VISION].content));
  });

  it('refuses such a file if its bytes are not the pinned ones', async () => {
    await resolveModel('tiny-clip', options);
    rmSync(join(folder(), 'handspring-lock.json'));
    writeFileSync(join(folder(), VISION), Buffer.alloc(TINY_FILES[VISION].content.length));
    await rejection(resolveModel('tiny-clip', options), 'mismatch');
  });

  it('locks the commit of an unpinned entry on the first download and stays there when the branch moves', async () => {
    const moving = { ...options, catalogue: [tinyEntry({ revision: null })] };
    const at = join(cacheDir, 'models', 'someone--tiny-clip@main');
    expect(await resolveModel('tiny-clip', { ...moving, modalities: ['text'] })).to.have.property(
      'revision',
      hub.head,
    );
    const first = hub.head;
    hub.head = 'b'.repeat(40);
    const { message } = await rejection(resolveModel('tiny-clip', moving), 'not_found');
    expect(message).to.include(first);
    expect(readLock(at).revision).to.equal(first);
  });

  it('takes any repository of the hub by owner/name, at the commit its revision stands for', async () => {
    const model = await resolveModel(`${REPOSITORY}@main`, options);
    expect(model).to.include({
      folder: join(cacheDir, 'models', 'someone--tiny-clip@main'),
      name: REPOSITORY,
      revision: hub.head,
    });
    hub.seen.length = 0;
    expect(await resolveModel(REPOSITORY, offline())).to.deep.equal(model);
    expect(hub.seen).to.deep.equal([]);
  });

  it('goes back to the hub for another tower or precision of such a repository', async () => {
    await resolveModel(REPOSITORY, { ...options, modalities: ['text'] });
    await rejection(resolveModel(REPOSITORY, { ...offline(), modalities: ['image'] }), 'not_cached');
    await resolveModel(REPOSITORY, { ...options, modalities: ['image'], precision: 'fp16' });
    expect(
      await resolveModel(REPOSITORY, { ...offline(), modalities: ['image'], precision: 'fp16' }),
    ).to.have.property('revision', hub.head);
  });

  describe('whose weights lie beside its graphs', () => {
    /** What each graph names, by the graph's path in the folder. */
    let named: Record<string, readonly string[]>;
    let withWeights: ResolveOptions;
    const weights = noise(70_000, 5);
    beforeEach(() => {
      named = { [VISION]: ['vision_model.onnx.data', 'parts/layer.0.weight'], [TEXT]: ['parts/layer.0.weight'] };
      for (const path of ['onnx/vision_model.onnx.data', 'onnx/parts/layer.0.weight'])
        hub.files[path] = { content: weights, lfs: true };
      const externalFiles = (file: string) =>
        Promise.resolve(Object.entries(named).find(([path]) => file.endsWith(path))?.[1] ?? []);
      withWeights = { ...options, externalFiles };
    });

    it('fetches them under whatever names the graphs give, and not without the graph', async () => {
      for (const reference of [REPOSITORY, 'tiny-clip']) {
        const { folder: at, hashes } = await resolveModel(reference, withWeights);
        for (const path of ['onnx/vision_model.onnx.data', 'onnx/parts/layer.0.weight']) {
          expect(readFileSync(join(at, path)).equals(weights), path).to.equal(true);
          expect(readLock(at).files[path]).to.include({ bytes: 70_000 });
          expect(hashes?.get(join(at, path))).to.equal(sha256Of(weights));
        }
      }
      const { folder: at } = await resolveModel(REPOSITORY, { ...withWeights, offline: true });
      rmSync(join(at, 'onnx/vision_model.onnx.data'));
      const { message } = await rejection(
        resolveModel(REPOSITORY, { ...withWeights, offline: true }),
        'not_cached',
      );
      expect(message).to.include('missing onnx/vision_model.onnx.data');
      await resolveModel(REPOSITORY, { ...withWeights, modalities: ['text'], offline: true });
    });

    it('ends with an error where the repository lacks one', async () => {
      named = { [TEXT]: ['lost.bin'] };
      const { message } = await rejection(resolveModel(REPOSITORY, withWeights), 'not_found');
      expect(message).to.include('onnx/lost.bin of someone/tiny-clip');
    });

    for (const name of ['../../escaped.bin', '/etc/passwd', 'a/../../b', '..']) {
      it(`refuses ${name}, which is outside of the folder`, async () => {
        named = { [TEXT]: [name] };
        const { message } = await rejection(resolveModel(REPOSITORY, withWeights), 'unsafe');
        expect(message).to.equal(
          `${TEXT}: expected its weights in files of its folder, it names ${JSON.stringify(name)}`,
        );
        expect(hub.seen.map(({ url }) => url).filter((url) => /escaped|passwd|%2E/.test(url))).to.deep.equal([]);
      });
    }
  });

  it('takes the files that the handspring.json of a repository names', async () => {
    const towers = { text: { file: 'words.onnx', settings: 'words.json' } };
    const own = Buffer.from(JSON.stringify({ name: 'words', towers }));
    hub.files['handspring.json'] = { content: own, lfs: false };
    hub.files['words.onnx'] = { content: noise(9_000, 6), lfs: true };
    hub.files['words.json'] = { content: Buffer.from('{}'), lfs: false };
    const text = { ...options, modalities: ['text'] };
    const { folder: at } = await resolveModel(REPOSITORY, text);
    const files = ['config.json', 'handspring.json', 'words.json', 'words.onnx'];
    expect(Object.keys(readLock(at).files)).to.deep.equal(files);
    await resolveModel(REPOSITORY, { ...text, offline: true });
  });

  it('says so when a repository has no model in a known layout', async () => {
    const { message } = await rejection(
      resolveModel(REPOSITORY, { ...options, precision: 'fp16' }),
      'unsupported',
    );
    expect(message)
      .to.include('onnx/vision_model_fp16.onnx and onnx/text_model_fp16.onnx, or ')
      .and.include('or visual/model_fp16.onnx and textual/model_fp16.onnx');
  });

  it('takes a file from the other repository that the catalogue names for it', async () => {
    const files = tinyEntry().files.map((file) =>
      file.path === 'tokenizer.json'
        ? { ...file, from: { repository: 'no/such', revision: hub.head } }
        : file,
    );
    const { message } = await rejection(
      resolveModel('tiny-clip', { ...options, catalogue: [tinyEntry({ files })] }),
      'not_found',
    );
    expect(message).to.include('tokenizer.json of no/such');
  });

  it('answers a folder as it is, and the shipped model without a download', async () => {
    expect(await resolveModel(cacheDir, offline())).to.deep.equal({ folder: cacheDir, name: cacheDir });
    const shipped = tinyEntry({ name: 'starter', repository: null, files: [] });
    const model = await resolveModel('starter', { ...offline(), catalogue: [shipped] });
    expect(model.folder).to.match(/models[\\/]starter$/);
  });
});

const unpin = <T extends object>(file: T) => ({ ...file, sha256: null, bytes: null });
