import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { nameVectorSpace } from '../../../src/cli/commands/vector-space.js';
import { ROOT } from '../../../src/core/own-module.js';
import { VERSION } from '../../../src/core/version.js';
import type { ModelFolder } from '../../../src/models/folder/folder.js';
import { openPhotoCache } from '../../../src/photos/index/photo-cache.js';
import type { PhotoCache } from '../../../src/photos/index/photo-cache.js';
import { makeFolder } from '../../support/folder.js';

const CONFIG = { precision: 'fp32', normalize: 'auto', autoOrient: true } as never;

describe('the name of a space of vectors', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let cache: PhotoCache;
  let model: ModelFolder;

  beforeEach(async () => {
    const graph = await readFile(new URL('test/fixtures/models/clip/onnx/vision_model.onnx', ROOT));
    ({ folder, remove } = await makeFolder({
      'image.onnx': graph,
      'settings.json': '{}',
      'config.json': '{}',
    }));
    cache = await openPhotoCache(folder, (error) => {
      throw error;
    });
    const image = { file: path.join(folder, 'image.onnx'), settings: 'settings.json' };
    model = { name: 'm', folder, towers: { image } } as unknown as ModelFolder;
  });
  afterEach(async () => {
    await cache.close();
    await remove();
  });

  const name = (changes: object = {}) =>
    nameVectorSpace(model, { ...(CONFIG as object), ...changes } as never, cache);

  it('is the same in every release that prepares images alike', async () => {
    expect(await name()).to.equal(await name());
    expect(await name()).not.to.include(VERSION);
  });

  it('is another one for other options, another model and another file of it', async () => {
    const names = new Set([
      await name(),
      await name({ precision: 'int8' }),
      await name({ autoOrient: false }),
    ]);
    model = { ...model, name: 'other' };
    names.add(await name());
    await writeFile(path.join(folder, 'settings.json'), '{"size": 1}');
    names.add(await name());
    expect(names).to.have.property('size', 5);
  });
});
