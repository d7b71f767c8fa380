import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { ownModule } from '../../../src/core/own-module.js';
import { inspectImage } from '../../../src/towers/image/decode/inspect.js';
import { preprocessImage } from '../../../src/towers/image/preprocess.js';
import { CLIP, fixture, NO_LIMITS, REFERENCE, sha256 } from './reference.js';

const NAME = 'jpeg-420.jpg';
const EXPECTED = REFERENCE.cases[NAME]!.settings['clip']!.tensor;

describe('preprocessImage', () => {
  it('gives each image a buffer of its own, of just the size of the tensor', async () => {
    const [first, second] = await Promise.all([prepare(false), prepare(false)]);
    expect(first).to.have.lengthOf(3 * 224 * 224);
    expect(first.byteOffset).to.equal(0);
    expect(first.buffer.byteLength).to.equal(first.byteLength);
    expect(first.buffer).to.not.equal(second.buffer);
    structuredClone(first, { transfer: [first.buffer as ArrayBuffer] });
    expect(sha256(second)).to.equal(EXPECTED);
  });

  it('gives the same bits for many images at once as for one', async () => {
    const tensors = await Promise.all(Array.from({ length: 12 }, () => prepare(false)));
    expect(new Set(tensors.map(sha256))).to.deep.equal(new Set([EXPECTED]));
  });

  it('turns an image only when asked to', async () => {
    const asStored = await prepare(false, 'jpeg-exif-6.jpg');
    const upright = await prepare(true, 'jpeg-exif-6.jpg');
    expect(sha256(asStored)).to.equal(REFERENCE.cases['jpeg-exif-6.jpg']!.settings['clip']!.tensor);
    expect(sha256(upright)).to.not.equal(sha256(asStored));
  });

  it('gives the same bits in a worker thread, and a buffer that can be moved out of it', async () => {
    const worker = new Worker(ownModule(new URL('./preprocess-worker.js', import.meta.url)), {
      workerData: NAME,
    });
    // Both are listened for at once: a thread that has ended delivers its last message and its end in one turn.
    const [[tensor]] = (await Promise.all([once(worker, 'message'), once(worker, 'exit')])) as [
      [Float32Array],
      unknown,
    ];
    expect(sha256(tensor)).to.equal(EXPECTED);
  });
});

async function prepare(orient: boolean, name = NAME): Promise<Float32Array> {
  const bytes = fixture(name);
  return preprocessImage(bytes, await inspectImage(bytes, NO_LIMITS), CLIP, { orient });
}
