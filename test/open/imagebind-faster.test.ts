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

const INPUTS = {
  text: { text: 'two dogs on a beach' },
  image: { image: pictureFile() },
  audio: { audio: toneFile() },
  depth: { depth: pictureFile() },
  thermal: { thermal: pictureFile() },
  imu: { imu: motionFile() },
} as const satisfies Partial<Record<ModalityName, Input>>;

describe('a converted ImageBind whose weights lie beside its towers', function () {
  this.timeout(300_000);
  let root: string;
  let folder: string;
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'imagebind-faster-'));
    folder = path.join(root, 'wide');
    const file = path.join(root, 'wide.pth');
    await writeFile(file, checkpointFile(tinyImageBind(WIDTHS)));
    await convertImageBind(file, { out: folder, clips: 'weaviate', heads: TINY_HEADS, mostInside: BESIDE });
  });
  after(() => rm(root, { recursive: true }));

  const vectorOf = async (modality: keyof typeof INPUTS, options: OpenOptions) => {
    const cacheDir = path.join(root, 'cache');
    const model = await open(folder, { modalities: [modality], cacheDir, ...options });
    const [vector] = await model.embed([INPUTS[modality]]);
    const tower = model.facts.towers[modality]!;
    await model.close();
    return { vector, tower };
  };

  it('has them there, each', async () => {
    const files = (await readdir(path.join(folder, 'onnx'))).filter((name) => name.endsWith('.data'));
    expect(files).to.have.length(Object.keys(WIDTHS).length);
  });

  for (const modality of Object.keys(INPUTS) as (keyof typeof INPUTS)[]) {
    it(`does less work in its ${modality} tower, with the same vectors`, async () => {
      const exact = await vectorOf(modality, {});
      const less = await vectorOf(modality, { optimize: true });
      expect(less.tower.optimized).to.equal(true);
      expect(similarity(less.vector, exact.vector)).to.be.greaterThan(1 - 1e-6);
    });

    it(`is made int8 in its ${modality} tower, after a trial against fp32`, async () => {
      const exact = await vectorOf(modality, {});
      for (const optimize of [false, true]) {
        const int8 = await vectorOf(modality, { precision: 'int8', optimize });
        expect(int8.tower).to.include({ precision: 'int8', optimized: optimize });
        expect(similarity(int8.vector, exact.vector)).to.be.within(0.99, 1 - 1e-9);
      }
    });
  }
});
