import { cp, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { deriveTowers } from '../../src/open/derived-towers.js';
import type { DeriveOptions } from '../../src/open/derived-towers.js';
import { BlockingEncoder } from '../../src/onnx/session/blocking-encoder.js';
import { CONVERTER } from '../../src/onnx/int8/converter.js';
import { loadModelFolder } from '../../src/models/folder/folder.js';
import type { ModelFolder } from '../../src/models/folder/folder.js';
import { encoderSpecs } from '../support/encoder-specs.js';
import { toEncoderSettings } from '../../src/open/engine-options.js';
import { sampleRows } from '../../src/open/sample-rows.js';
import { ROOT } from '../../src/core/own-module.js';
import { withExternalWeights } from '../support/external-weights.js';
import { cosine, fixtureFolder } from '../support/model-fixture.js';

const SPEC = { threads: 1, spinMicroseconds: 0, normalize: 'on', precision: 'fp32' } as const;
const TINY_CLIP = fileURLToPath(new URL('test/fixtures/models/clip', ROOT));

describe('derived towers', function () {
  this.timeout(120_000);
  let cacheDir: string;
  let model: ModelFolder;
  before(async () => {
    cacheDir = await mkdtemp(path.join(os.tmpdir(), 'derived-'));
    model = await loadModelFolder(TINY_CLIP);
  });
  after(() => rm(cacheDir, { recursive: true }));

  const options = (changes: Partial<DeriveOptions>): DeriveOptions => ({
    cacheDir,
    ...SPEC,
    optimize: false,
    ...changes,
  });

  it('are the files of the folder unless something else is asked for', async () => {
    expect(await deriveTowers(model, options({}))).to.equal(model);
    expect(await readdir(cacheDir)).to.be.empty;
  });

  it('are rewritten once, kept in the cache, and give the same vectors', async () => {
    const derived = await deriveTowers(model, options({ optimize: true }));
    for (const tower of ['image', 'text'] as const) {
      expect(derived.towers[tower]?.file).to.match(new RegExp(`${tower}/optimized\\.onnx$`));
      expect(derived.towers[tower]).to.include({ isDerived: true, isOptimized: true });
    }
    const written = await stat(derived.towers.image?.file ?? '');
    await deriveTowers(model, options({ optimize: true }));
    expect((await stat(derived.towers.image?.file ?? '')).mtimeMs).to.equal(written.mtimeMs);
    const before = await vectorsOf(model);
    const after = await vectorsOf(derived);
    expect(before.length).to.be.greaterThan(30);
    before.forEach((vector, item) => expect(cosine(vector, after[item] ?? [])).to.be.above(0.999999));
  });

  it('are found in the cache without the tokenizer being read, which starting the tower will do', async () => {
    const one = await externalModel(path.join(cacheDir, 'with-tokenizer'));
    const made = await deriveTowers(one, options({ optimize: true }));
    await writeFile(path.join(one.folder, 'tokenizer.json'), 'no tokenizer any more');
    expect(await deriveTowers(one, options({ optimize: true }))).to.deep.equal(made);
  });

  it('are kept by the hashes that are known already', async () => {
    const hashes = new Map([[model.towers.text?.file ?? '', 'known']]);
    const derived = await deriveTowers(model, options({ optimize: true, hashes }));
    expect(derived.towers.text?.file).to.contain(`${path.sep}known-text${path.sep}`);
    expect(derived.towers.image?.file).to.match(/[0-9a-f]{64}-image/);
    expect(await readdir(path.join(cacheDir, 'derived'))).to.deep.equal([CONVERTER]);
  });

  it('are kept apart where weights beside the graph are others, though the graph is the same', async () => {
    const models = await Promise.all(
      ['one', 'other'].map((name) => externalModel(path.join(cacheDir, name))),
    );
    const [, other] = models;
    const weights = path.join(other!.folder, 'onnx/weights.bin');
    const bytes = await readFile(weights);
    await writeFile(weights, bytes.fill(0, 0, 400));
    const files: string[] = [];
    for (const one of models) {
      const derived = await deriveTowers(one, options({ optimize: true }));
      files.push(derived.towers.text?.file ?? '');
      expect(cosineMin(await vectorsOf(one), await vectorsOf(derived))).to.be.above(0.999999);
    }
    expect(files[0])
      .to.match(/optimized\.onnx$/)
      .and.not.equal(files[1]);
  });

  it('are each made of its own part where one file holds both', async () => {
    const combined = await loadModelFolder(fixtureFolder('clip-combined'));
    const derived = await deriveTowers(combined, options({ optimize: true }));
    for (const tower of ['image', 'text'])
      expect(derived.towers[tower]).to.include({ isDerived: true, isOptimized: true });
    expect(cosineMin(await vectorsOf(combined), await vectorsOf(derived))).to.be.above(0.999999);
  });

  it('are one for images and videos, which then share its encoder', async () => {
    const both = await loadModelFolder(TINY_CLIP, { modalities: ['image', 'video'] });
    const { image, video } = (await deriveTowers(both, options({ optimize: true }))).towers;
    expect(image).to.include({ isOptimized: true });
    expect(video).to.deep.equal(image);
  });

  it('are in int8 by blocks where a model does not bear rows, and say so', async () => {
    const starter = await loadModelFolder(fileURLToPath(new URL('models/starter', ROOT)), {
      modalities: ['image'],
    });
    for (let start = 0; start < 2; start++) {
      const { image } = (await deriveTowers(starter, options({ precision: 'int8' }))).towers;
      expect(image).to.include({ int8: 'blocks', isDerived: true, isOptimized: false });
      expect(image?.file).to.match(/image[\\/]int8-blocks\.onnx$/);
    }
  });

  it('are refused in int8 where nothing is large enough to be stored so', async () => {
    const error = await deriveTowers(model, options({ precision: 'int8' })).catch((caught: Error) => caught);
    expect(error).to.be.instanceOf(Error);
    expect((error as Error).message).to.equal(
      'model: expected a large constant float32 matrix to quantise, received none',
    );
  });
});

/** The fixture's text tower in a folder of its own, with its weights beside its graph. */
async function externalModel(folder: string): Promise<ModelFolder> {
  await cp(TINY_CLIP, folder, { recursive: true });
  const graph = path.join(folder, 'onnx/text_model.onnx');
  const split = withExternalWeights(await readFile(graph), () => 'weights.bin');
  await writeFile(graph, split.model);
  for (const [name, bytes] of split.files) await writeFile(path.join(folder, 'onnx', name), bytes);
  return loadModelFolder(folder, { modalities: ['text'] });
}

function cosineMin(a: number[][], b: number[][]): number {
  return Math.min(...a.map((vector, item) => cosine(vector, b[item] ?? [])));
}

async function vectorsOf(model: ModelFolder): Promise<number[][]> {
  const vectors: number[][] = [];
  for (const spec of await encoderSpecs(model, toEncoderSettings(SPEC, model))) {
    const tower = await BlockingEncoder.load(spec);
    const run = await tower.encode(await sampleRows({ model, modality: spec.name }));
    vectors.push(...run.vectors.map((vector) => Array.from(vector ?? [])));
    await tower.close();
  }
  return vectors;
}
