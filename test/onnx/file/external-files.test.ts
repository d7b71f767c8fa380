import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { encodeModel, parseModel } from '../../../src/onnx/file/decoded-model.js';
import { externalFiles } from '../../../src/onnx/file/external-files.js';
import { fixtureFolder } from '../../support/model-fixture.js';
import { towerBytes } from '../graphs.js';
import type { GraphSketch } from '../../support/onnx-builder.js';
import { buildOnnx } from '../../support/onnx-builder.js';

const EDGE = { inputs: [{ name: 'x', dims: [1] }], outputs: [{ name: 'y', dims: [1] }] };

describe('the files that an ONNX file keeps its weights in', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'external-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const namedIn = async (content: Uint8Array) => {
    const file = path.join(folder, 'model.onnx');
    await writeFile(file, content);
    return externalFiles(file);
  };
  const sketch = (changes: Partial<GraphSketch>): Uint8Array =>
    buildOnnx({ ...EDGE, nodes: [{ op: 'Add', reads: ['x', 'a'], makes: ['y'] }], ...changes });

  it('are those its tensors name, whatever they are called, each once', async () => {
    expect(await namedIn(sketch({ weights: ['a', 'b'], weightsFile: 'parts/one.bin' }))).to.deep.equal([
      'parts/one.bin',
    ]);
    // Messages of one kind that follow each other are one: so protobuf merges the two graphs.
    const two = Buffer.concat(
      ['first', 'second'].map((weightsFile) => sketch({ weights: ['a'], weightsFile })),
    );
    expect(await namedIn(two)).to.deep.equal(['first', 'second']);
  });

  it('are found in the graphs inside of nodes', async () => {
    const nodes = [
      {
        op: 'If',
        reads: ['x'],
        makes: ['y'],
        branch: [{ op: 'Identity', reads: ['a'], makes: ['z'] }],
        weights: ['a'],
        weightsFile: 'inner.bin',
      },
    ];
    expect(await namedIn(sketch({ nodes }))).to.deep.equal(['inner.bin']);
  });

  it('are found in the constants of nodes', async () => {
    const { name, dims, dataType } = parseModel(towerBytes('random-vision')).graph.initializer[0]!;
    const externalData = [
      { key: 'offset', value: '0' },
      { key: 'location', value: 'constant.bin' },
    ];
    const t = Object.assign({ name, dims, dataType, dataLocation: 1 }, { externalData });
    const model = parseModel(towerBytes('random-vision'));
    model.graph.node.push({
      ...{ name: '', opType: 'Constant', input: [], output: ['constant'] },
      attribute: [{ name: 'value', type: 4, t }],
    });
    expect(await namedIn(encodeModel(model))).to.deep.equal(['constant.bin']);
  });

  it('are those of the model, not of a pointer of Git LFS to it, which is called one', async () => {
    const pointer = Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 8\n');
    expect(await namedIn(pointer).catch((error: Error) => error.message)).to.contain(
      'model.onnx: expected an ONNX model, received a Git LFS pointer to it',
    );
  });

  it('are none where the weights are inside', async () => {
    expect(await namedIn(sketch({ weights: ['a'] }))).to.deep.equal([]);
    expect(await externalFiles(path.join(fixtureFolder('clip'), 'onnx/vision_model.onnx'))).to.deep.equal([]);
  });

  it('are not guessed of what is no ONNX file, empty or cut short', async () => {
    const whole = sketch({ weights: ['a'], weightsFile: 'w' });
    for (const bytes of [Buffer.from('<html>'), Buffer.alloc(0), Buffer.alloc(64), whole.subarray(0, -3)]) {
      const message = await namedIn(bytes).catch((error: Error) => error.message);
      expect(message).to.equal(
        `${path.join(folder, 'model.onnx')}: expected an ONNX file, received bytes of another format or cut short`,
      );
    }
  });
});
