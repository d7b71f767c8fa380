import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { convertImageBind } from '../../../src/convert/imagebind/convert.js';
import type { ConvertOptions } from '../../../src/convert/imagebind/convert.js';
import { open, similarity } from '../../../src/index.js';
import type { Input, Model, OpenOptions } from '../../../src/index.js';
import { loadModelFolder } from '../../../src/models/folder/folder.js';
import { readVideoSettings } from '../../../src/towers/video/settings.js';
import { checkpointFile } from '../../support/checkpoint-file.js';
import { readPixelFile } from '../../support/model-fixture.js';
import { rejectionOf } from '../../support/rejection.js';
import { TINY_HEADS, TINY_LENGTHS, tinyImageBind } from '../../support/tiny-imagebind.js';
import { pcm16, wavFile } from '../../towers/audio/wav-file.js';

const MODALITIES = ['text', 'image', 'audio', 'depth', 'thermal', 'imu'] as const;
const readings = Array.from({ length: 300 }, (_, at) =>
  [1, 2, 3, 4, 5, 6].map((k) => Math.sin(at * k)).join(),
);
const sound = Float32Array.from({ length: 60_000 }, (_, at) => 0.5 * Math.sin(at ** 1.5 / 1000));
const picture = readPixelFile('jpeg-444.jpg');

/** One of each. */
const INPUTS: readonly Input[] = [
  { text: 'a dog' },
  { image: picture },
  { audio: wavFile(pcm16(sound), { rate: 16_000 }) },
  { depth: picture },
  { thermal: picture },
  { imu: Buffer.from(['gx,gy,gz,ax,ay,az', ...readings].join('\n')) },
];

describe('convertImageBind', function () {
  this.timeout(60_000);
  let root: string;
  let checkpoint: string;
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'convert-'));
    checkpoint = path.join(root, 'tiny.pth');
    await writeFile(checkpoint, checkpointFile(tinyImageBind()));
    await convert({ out: whole() });
  });
  after(() => rm(root, { recursive: true }));

  const whole = () => path.join(root, 'whole');
  const convert = (options: Partial<ConvertOptions>, file = checkpoint) =>
    convertImageBind(file, { out: path.join(root, 'out'), clips: 'weaviate', heads: TINY_HEADS, ...options });
  const vectorsOf = async (folder: string, options: OpenOptions = {}) => {
    const model: Model = await open(folder, { modalities: MODALITIES, ...options });
    try {
      return await model.embed(INPUTS);
    } finally {
      await model.close();
    }
  };
  const left = async () => (await readdir(root)).filter((name) => name.startsWith('out'));

  it('makes a folder that is served, with the lengths that each tower has for its vectors', async () => {
    const vectors = await vectorsOf(whole());
    const lengths = vectors.map((vector) => Math.hypot(...vector));
    MODALITIES.forEach((modality, at) => {
      // The mean of several clips is a little shorter than each.
      expect(lengths[at]).to.be.closeTo(TINY_LENGTHS[modality], modality === 'audio' ? 10 : 1e-3);
    });
    const units = await vectorsOf(whole(), { normalize: 'on' });
    for (const unit of units) expect(Math.hypot(...unit)).to.be.closeTo(1, 1e-5);
  });

  it('says whose the weights are, in the folder itself', async () => {
    const own = JSON.parse(await readFile(path.join(whole(), 'handspring.json'), 'utf8')) as object;
    expect(own).to.include({ licence: 'CC-BY-NC-SA-4.0', normalize: false, dimensions: 16 });
    expect(own).to.have.property('note').that.includes('non-commercial');
  });

  it('gives an item the same vector alone and among others, texts of any length too', async () => {
    const model = await open(whole(), { modalities: ['text', 'depth'] });
    const texts = ['a', 'a dog on a beach', 'x '.repeat(200), 'y '.repeat(200)].map((text) => ({ text }));
    const together = await model.embed(texts);
    for (const [at, text] of texts.entries()) {
      const [alone] = await model.embed([text]);
      expect(similarity(alone, together[at]!)).to.be.greaterThan(1 - 1e-9);
    }
    // Were the end of a long text cut off, all of them would be alike.
    expect(similarity(together[2]!, together[3]!)).to.be.lessThan(0.999);
    await model.close();
  });

  it('needs of one modality nothing but its own file', async () => {
    const folder = path.join(root, 'one');
    await convert({ out: folder });
    for (const name of ['text', 'vision', 'depth', 'thermal', 'imu'])
      await rm(path.join(folder, `onnx/${name}_model.onnx`));
    const model = await open(folder, { modalities: ['audio'] });
    expect(await model.embed([INPUTS[2]!])).to.have.length(1);
    await model.close();
  });

  it('puts the weights beside the graphs where they are too many, and answers the same', async () => {
    const folder = path.join(root, 'beside');
    await convert({ out: folder, mostInside: 1e5 });
    const files = await readdir(path.join(folder, 'onnx'));
    expect(files).to.include.members(['vision_model.onnx.data', 'text_model.onnx.data']);
    expect(files).not.to.include('imu_model.onnx.data');
    expect(await vectorsOf(folder)).to.deep.equal(await vectorsOf(whole()));
  });

  it('reads clips and motion as Meta does, if told so', async () => {
    const folder = path.join(root, 'meta');
    await convert({ out: folder, clips: 'meta' });
    const [ours, theirs] = [await vectorsOf(whole()), await vectorsOf(folder)];
    const differs = MODALITIES.filter((_, at) => similarity(ours[at]!, theirs[at]!) < 0.99999);
    expect(differs).to.deep.equal(['audio', 'imu']);
  });

  it('has videos for the tower of images, with their clips placed as the policy says', async () => {
    for (const clips of ['weaviate', 'meta'] as const) {
      const folder = path.join(root, `video-${clips}`);
      await convert({ out: folder, clips });
      const { towers } = await loadModelFolder(folder, { modalities: ['image', 'video'] });
      expect(towers['video']!.file).to.equal(towers['image']!.file);
      const { clips: placed, view } = await readVideoSettings(folder, towers['video']!);
      expect(placed).to.deep.equal({ count: 5, seconds: 2, policy: clips });
      expect(view).to.include({ kind: 'pairs', size: 224 });
    }
  });

  it('tells of each tower and all of its bytes', async () => {
    const towers = new Map<string, number>();
    let name = '';
    const onTower = (tower: string, bytes: number) => void towers.set((name = tower), bytes);
    const onBytes = (bytes: number) => void towers.set(name, towers.get(name)! - bytes);
    await convert({ onTower, onBytes });
    expect([...towers]).to.deep.equal(MODALITIES.map((modality) => [modality, 0]));
    await rm(path.join(root, 'out'), { recursive: true });
  });

  it('takes an empty folder, and touches no other one', async () => {
    const out = path.join(root, 'out');
    await mkdir(out);
    await convert({ out });
    expect((await rejectionOf(convert({ out }))).message).to.include(
      'expected no such folder yet, or an empty one',
    );
    await rm(out, { recursive: true });
    await writeFile(out, 'a file');
    expect((await rejectionOf(convert({ out }))).message).to.include('expected no such folder');
    expect(await readFile(out, 'utf8')).to.equal('a file');
    await rm(out);
  });

  it('leaves nothing behind when it is stopped', async () => {
    const stop = new AbortController();
    const onTower = (name: string) => name === 'audio' && stop.abort(new Error('stopped'));
    expect((await rejectionOf(convert({ onTower, signal: stop.signal }))).message).to.equal('stopped');
    expect(await left()).to.deep.equal([]);
  });

  const refusal = async (change: (tensors: ReturnType<typeof tinyImageBind>) => void) => {
    const tensors = tinyImageBind();
    change(tensors);
    const file = path.join(root, 'changed.pth');
    await writeFile(file, checkpointFile(tensors));
    const { message } = await rejectionOf(convert({}, file));
    expect(await left()).to.deep.equal([]);
    return message;
  };

  it('names the tensor that is missing, or is of another shape, before it writes anything', async () => {
    const missing = 'modality_trunks.imu.blocks.1.mlp.fc2.bias';
    expect(await refusal((tensors) => delete tensors[missing])).to.include(
      `expected ImageBind's checkpoint: ${missing}: expected a tensor of that name, there is none`,
    );
    const values = new Float32Array(10);
    const wide = 'modality_trunks.depth.blocks.0.norm_2.bias';
    expect(await refusal((tensors) => (tensors[wide] = { dims: [10], values }))).to.include(
      `${wide}: expected a tensor [8], received [10]`,
    );
    expect(
      await refusal((tensors) => {
        for (const name of Object.keys(tensors))
          if (name.startsWith('modality_trunks.audio')) delete tensors[name];
      }),
    ).to.include('modality_trunks.audio.blocks.0.norm_1.weight: expected a tensor of that name');
    const scale = 'modality_postprocessors.imu.1.log_logit_scale';
    expect(
      await refusal((tensors) => (tensors[scale] = { dims: [], values: Float32Array.of(NaN) })),
    ).to.include(`${scale}: expected one number`);
    const head = 'modality_heads.depth.2.weight';
    expect(
      await refusal((tensors) => (tensors[head] = { dims: [4, 8], values: new Float32Array(32) })),
    ).to.include('expected towers of one space, their vectors have 16, 4 dimensions');
  });

  it('says that heads are to be given where those of imagebind_huge do not fit', async () => {
    const { message } = await rejectionOf(convert({ heads: {} }));
    expect(message).to.include('expected a width that its 16 heads share evenly, received 8; --heads says');
  });
});
