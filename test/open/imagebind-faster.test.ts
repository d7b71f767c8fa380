import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { convertImageBind } from '../../src/convert/imagebind/convert.js';
import { open, similarity } from '../../src/index.js';
import type { Input, ModalityName, OpenOptions } from '../../src/index.js';
import { checkpointFile } from '../support/checkpoint-file.js';
import { TINY_HEADS, tinyImageBind } from '../support/tiny-imagebind.js';
import { motionFile, pictureFile, toneFile } from './imagebind-items.js';

/** So wide that int8 has something to store, and every tower its weights beside it. */
const WIDTHS = { text: 128, vision: 192, audio: 128, depth: 128, thermal: 128, imu: 192 };
const BESIDE = 1e5;

const INPUTS: Readonly<Partial<Record<ModalityName, string | Uint8Array>>> = {
  ...{ text: 'two dogs on a beach', image: pictureFile(), audio: toneFile() },
  ...{ depth: pictureFile(), thermal: pictureFile(), imu: motionFile() },
};
const MODALITIES = Object.keys(INPUTS) as ModalityName[];
const inputOf = (modality: ModalityName) => ({ [modality]: INPUTS[modality] }) as Input;

describe('a converted ImageBind whose weights lie beside its towers', function () {
  this.timeout(300_000);
  let root: string;
  let folder: string;
  let exact: readonly Float32Array[];
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'imagebind-faster-'));
    folder = path.join(root, 'wide');
    const file = path.join(root, 'wide.pth');
    await writeFile(file, checkpointFile(tinyImageBind(WIDTHS)));
    await convertImageBind(file, { out: folder, clips: 'weaviate', heads: TINY_HEADS, mostInside: BESIDE });
    exact = (await embed({})).vectors;
  });
  after(() => rm(root, { recursive: true }));

  const embed = async (options: OpenOptions) => {
    const modalities = options.modalities ?? MODALITIES;
    const model = await open(folder, { modalities, cacheDir: path.join(root, 'cache'), ...options });
    try {
      return { vectors: await model.embed(modalities.map(inputOf)), towers: model.facts.towers };
    } finally {
      await model.close();
    }
  };

  it('has them there, each', async () => {
    const files = (await readdir(path.join(folder, 'onnx'))).filter((name) => name.endsWith('.data'));
    expect(files).to.have.length(MODALITIES.length);
  });

  for (const [at, modality] of MODALITIES.entries())
    it(`does less work in its ${modality} tower, and is made int8 after a trial against fp32`, async () => {
      const { vectors, towers } = await embed({ modalities: [modality], optimize: true });
      expect(towers[modality]!.optimized).to.equal(true);
      expect(similarity(vectors[0]!, exact[at]!)).to.be.greaterThan(1 - 1e-6);
      const int8 = await embed({ modalities: [modality], optimize: true, precision: 'int8' });
      expect(int8.towers[modality]).to.include({ precision: 'int8', optimized: true });
      expect(similarity(int8.vectors[0]!, exact[at]!)).to.be.within(0.99, 1 - 1e-9);
    });
});
