import { mkdirSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { loadCatalogue } from '../../src/models/catalogue.js';
import { modelFolder } from '../../src/models/cache.js';
import { towersThere } from '../../src/models/towers-there.js';
import type { ResolveOptions } from '../../src/models/resolve.js';
import { fixtureFolder } from '../support/model-fixture.js';
import type { StandInHub } from '../support/hub.js';
import { REPOSITORY, startTinyHub, TINY_FILES } from '../support/tiny-model.js';

const ALL = ['text', 'image', 'audio', 'video'] as const;
const file = { content: Buffer.from('…'), lfs: false };

describe('the towers that a model has, before it is fetched', () => {
  let hub: StandInHub;
  let cacheDir: string;
  let options: ResolveOptions;
  let stop: () => Promise<void>;
  beforeEach(async () => ({ hub, cacheDir, options, stop } = await startTinyHub()));
  afterEach(() => stop());

  const there = (reference: string, how: Partial<ResolveOptions> = {}) =>
    towersThere(reference, ALL, { ...options, ...how });

  it('are those of a folder, and of the model that is shipped', async () => {
    expect(await there('starter', { catalogue: loadCatalogue() })).to.deep.equal(ALL);
    expect(await there(fixtureFolder('clip'))).to.deep.equal(['text', 'image', 'video']);
    expect(await there(fixtureFolder('clap'))).to.deep.equal(['text', 'audio']);
  });

  it('are those of the catalogue, without asking anyone', async () => {
    expect(await there('tiny-clip')).to.deep.equal(['text', 'image', 'video']);
    expect(await there('clap-htsat-unfused', { catalogue: loadCatalogue() })).to.deep.equal(['text', 'audio']);
    expect(await there('clap-htsat-unfused', { catalogue: loadCatalogue(), precision: 'fp16' })).to.deep.equal([]);
    expect(hub.seen).to.deep.equal([]);
  });

  it('are those that a repository lists files for', async () => {
    expect(await there(REPOSITORY)).to.deep.equal(['text', 'image', 'video']);
    hub.files['onnx/audio_model.onnx'] = file;
    expect(await there(REPOSITORY)).to.deep.equal(ALL);
    hub.files['handspring.json'] = file;
    expect(await there(REPOSITORY), 'says itself what they are called').to.equal(undefined);
  });

  it('are those that are here where its hub is not to be asked or does not answer', async () => {
    expect(await there(REPOSITORY, { offline: true })).to.equal(undefined);
    const folder = modelFolder(cacheDir, REPOSITORY, 'main');
    mkdirSync(folder, { recursive: true });
    const files = ['config.json', 'tokenizer.json', 'onnx/text_model.onnx'] as const;
    const accepted = { sha256: 'a'.repeat(64), bytes: 1, acceptedAt: new Date(0).toISOString() };
    const lock = { version: 1, repository: REPOSITORY, revision: 'b'.repeat(40), files: {} as object };
    lock.files = Object.fromEntries(files.map((path) => [path, accepted]));
    writeFileSync(`${folder}/handspring-lock.json`, JSON.stringify(lock));
    expect(await there(REPOSITORY, { offline: true })).to.deep.equal(['text']);
    await hub.stop();
    expect(await there(REPOSITORY)).to.deep.equal(['text']);
    expect(Object.keys(TINY_FILES)).to.include.members(files);
  });

  it('are not known of a model that there is none of', async () => {
    expect(await there('no such model')).to.equal(undefined);
    expect(await there('someone/else')).to.equal(undefined);
  });
});
