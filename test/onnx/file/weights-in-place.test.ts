import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { InferenceSession } from '../../../src/onnx/session/onnxruntime.js';
import { weightsInPlace } from '../../../src/onnx/file/weights-in-place.js';
import { Graph } from '../../../src/onnx/rewrite/graph.js';
import { encodeModel } from '../../../src/onnx/file/decoded-model.js';
import { floatTensor } from '../../../src/onnx/file/tensor.js';
import { buildOnnx } from '../../support/onnx-builder.js';

/** Matrices of 360 kB: large enough to be left in the file. */
const SIZE = 300;
const BYTES = SIZE * SIZE * 4;

/** A row of a table, times a matrix, plus a small weight. */
function twoMatrices(): Uint8Array {
  const graph = { node: [], initializer: [], input: [], output: [{ name: 'y' }], valueInfo: [] };
  const sketch = new Graph({ irVersion: 8, opsetImport: [{ version: 17 }], graph });
  const weight = (name: string, dims: number[], step: number) => {
    const length = dims.reduce((product, side) => product * side, 1);
    const values = Float32Array.from({ length }, (_, at) => Math.sin(at * step));
    return sketch.addWeight((fresh) => floatTensor(fresh, dims, values), name);
  };
  const table = weight('table', [SIZE, SIZE], 0.3);
  const matrix = weight('matrix', [SIZE, SIZE], 0.7);
  const row = sketch.addWeight((name) => ({ name, dims: [1], dataType: 7, int64Data: [2] }), 'row');
  const product = sketch.addNode('MatMul', [sketch.addNode('Gather', [table, row]), matrix]);
  sketch.addNode('Add', [product, weight('bias', [SIZE], 0.1)]);
  sketch.nodes.at(-1)!.output = ['y'];
  return encodeModel(sketch.model);
}

async function run(model: string | Uint8Array, folder = '', meanwhile?: () => void): Promise<number[]> {
  const extra = { session: { model_external_initializers_file_folder_path: folder } };
  // Without optimisation nothing is computed before the run.
  const options = { extra, graphOptimizationLevel: 'disabled', logSeverityLevel: 3 } as const;
  const session =
    typeof model === 'string'
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options);
  meanwhile?.();
  const { y } = await session.run({});
  await session.release();
  return Array.from(y?.data as Float32Array);
}

describe('a model whose weights stay in its file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'weights-'));
    file = path.join(folder, 'model.onnx');
    writeFileSync(file, twoMatrices());
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives the same numbers as the file itself', async () => {
    const model = weightsInPlace(file)!;
    expect(await run(model.bytes, model.folder)).to.deep.equal(await run(file));
  });

  it('takes along what is looked up and what is small, and leaves what is packed', () => {
    expect(weightsInPlace(file)!.bytes.length).to.be.within(BYTES, BYTES + 10_000);
    expect(weightsInPlace(file, { forGood: true })!.bytes.length).to.be.below(10_000);
  });

  it('is not disturbed when its file is cut after it was loaded', async () => {
    const model = weightsInPlace(file)!;
    const before = await run(file);
    expect(await run(model.bytes, model.folder, () => truncateSync(file, 100))).to.deep.equal(before);
  });

  it('can be read from its file for good', async () => {
    const model = weightsInPlace(file, { forGood: true })!;
    expect(await run(model.bytes, model.folder)).to.deep.equal(await run(file));
  });

  it('is found behind a link out of the folder, as download caches have them', async () => {
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'weights-link-'));
    const link = path.join(elsewhere, 'linked.onnx');
    symlinkSync(file, link);
    const model = weightsInPlace(link)!;
    expect(await run(model.bytes, model.folder)).to.deep.equal(await run(file));
    rmSync(elsewhere, { recursive: true });
  });

  it('is left to ONNX Runtime where its weights are in another file, or it is no model', () => {
    const sketch = { inputs: [], outputs: [], nodes: [], weights: ['w'], weightsFile: 'weights.bin' };
    writeFileSync(file, buildOnnx(sketch));
    expect(weightsInPlace(file)).to.equal(undefined);
    writeFileSync(file, '');
    expect(weightsInPlace(file)).to.equal(undefined);
    writeFileSync(file, 'no model');
    expect(weightsInPlace(file)).to.equal(undefined);
    writeFileSync(file, twoMatrices().subarray(0, BYTES));
    expect(weightsInPlace(file)).to.equal(undefined);
  });
});
