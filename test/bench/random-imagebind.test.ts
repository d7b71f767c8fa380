import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { writeRandomImageBind } from '../../bench/model/random-imagebind.js';
import { convertImageBind } from '../../src/convert/imagebind/convert.js';
import { HUGE_HEADS } from '../../src/convert/imagebind/towers.js';
import { open } from '../../src/index.js';
import { HUGE_SIZES, imageBindTensors } from '../support/imagebind-tensors.js';
import type { ImageBindSizes } from '../support/imagebind-tensors.js';

const width = 48;
const tower = { width, blocks: 1 };
const SIZES: ImageBindSizes = {
  towers: { text: tower, vision: tower, audio: tower, depth: tower, thermal: tower, imu: tower },
  ...{ patch: 56, dimensions: 8, gain: 0.7 },
};

describe('the random ImageBind of the benchmark', () => {
  it('has as many parameters as the published one', () => {
    const parameters = imageBindTensors(HUGE_SIZES)
      .filter(({ name }) => !/\.mask$|log_logit_scale$/.test(name))
      .map(({ dims }) => dims.reduce((product, side) => product * side, 1))
      .reduce((sum, count) => sum + count, 0);
    expect(parameters / 1e6).to.be.closeTo(1200.8, 0.1);
  });

  it('is a checkpoint that is converted and served', async () => {
    const root = await mkdtemp(path.join(os.tmpdir(), 'random-imagebind-'));
    const file = path.join(root, 'random.pth');
    let written = 0;
    await writeRandomImageBind(file, SIZES, (share) => (written += share));
    expect(written).to.be.closeTo(1, 1e-9);
    await convertImageBind(file, { out: path.join(root, 'model'), clips: 'meta', heads: HUGE_HEADS });
    const model = await open(path.join(root, 'model'), { modalities: ['text'] });
    const [vector] = await model.embed([{ text: 'a dog' }]);
    expect(vector).to.have.length(8);
    expect(Math.hypot(...vector)).to.be.closeTo(100, 0.01);
    await model.close();
    await rm(root, { recursive: true });
  });
});
