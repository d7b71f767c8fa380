import { expect } from 'chai';
import { InferenceSession, Tensor } from '../../src/onnx/session/onnxruntime.js';
import { CLIP_SHAPES, createImageTower, createTextTower } from '../../bench/model/random-clip.js';

const SHAPE = { ...CLIP_SHAPES.tiny, vocabulary: 200 };
/** Rounding of sums in another order. */
const TOLERANCE = 1e-4;

async function vectors(session: InferenceSession, feed: Tensor): Promise<number[][]> {
  const [name = ''] = session.inputNames;
  const results = await session.run({ [name]: feed });
  const data = Array.from(Object.values(results)[0]?.data as Float32Array);
  const size = SHAPE.dimensions;
  return Array.from({ length: data.length / size }, (_, at) => data.slice(at * size, (at + 1) * size));
}

function expectNear(actual: readonly number[] | undefined, expected: readonly number[] | undefined): void {
  expect(actual).to.have.length(expected?.length ?? NaN);
  actual?.forEach((value, at) => expect(value).to.be.closeTo(expected?.[at] ?? NaN, TOLERANCE));
}

describe('the random CLIP of the benchmark', () => {
  it('has an image tower that ONNX Runtime runs, each image for itself', async () => {
    const session = await InferenceSession.create(Buffer.concat(createImageTower(SHAPE)));
    const side = SHAPE.imageSize;
    const pixels = Float32Array.from({ length: 2 * 3 * side * side }, (_, at) => Math.sin(at));
    const both = await vectors(session, new Tensor('float32', pixels, [2, 3, side, side]));
    const second = pixels.slice(pixels.length / 2);
    const alone = await vectors(session, new Tensor('float32', second, [1, 3, side, side]));
    expectNear(alone[0], both[1]);
    expect(both[0]).not.to.deep.equal(both[1]);
  });

  it('has a causal text tower that pools at the end token, so that padding changes nothing', async () => {
    const session = await InferenceSession.create(Buffer.concat(createTextTower(SHAPE)));
    const ids = (...row: number[]) => new Tensor('int64', BigInt64Array.from(row, BigInt), [1, row.length]);
    const [short] = await vectors(session, ids(1, 20, 199));
    const [padded] = await vectors(session, ids(1, 20, 199, 7, 8));
    const [other] = await vectors(session, ids(1, 21, 199));
    expectNear(padded, short);
    expect(other).not.to.deep.equal(short);
  });
});
