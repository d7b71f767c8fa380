import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { inBackground, runJobsOf } from '../../../src/onnx/jobs/background.js';
import type { QuantizationCard } from '../../../src/onnx/int8/card.js';
import { Graph } from '../../../src/onnx/rewrite/graph.js';
import { withInt, withInts } from '../../../src/onnx/rewrite/node.js';
import { encodeModel, parseModel } from '../../../src/onnx/file/decoded-model.js';
import type { OnnxModel } from '../../../src/onnx/file/decoded-model.js';
import { optimizeFile } from '../../../src/onnx/jobs/optimize-file.js';
import { quantizeFile } from '../../../src/onnx/jobs/quantize-file.js';
import type { QuantizeJob, QuantizeResult } from '../../../src/onnx/jobs/quantize-file.js';
import { floatTensor } from '../../../src/onnx/file/tensor.js';
import { towerBytes, towerCall, towerRows } from '../graphs.js';

describe('a rewritten model file', () => {
  const call = towerCall('random-vision');
  let folder: string;
  const at = (name: string) => join(folder, name);
  const put = (name: string, bytes: Uint8Array) => {
    writeFileSync(at(name), bytes);
    return at(name);
  };
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'handspring-graph-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  describe('optimised', () => {
    it('is written where its vectors are the original ones', async () => {
      const from = put('model.onnx', towerBytes('random-vision'));
      const result = await optimizeFile({
        from,
        to: at('fast.onnx'),
        samples: { rows: towerRows('random-vision', 4) },
        call: towerCall('random-vision'),
      });
      expect(result.kept).to.equal(true);
      expect(result.comparison?.items).to.equal(4);
      expect(readdirSync(folder).sort()).to.deep.equal(['fast.onnx', 'model.onnx']);
    });

    it('is dropped where a recognised pattern meant something else', async () => {
      // OpenCLIP scales by a size it reads from a shape: make it the number of tokens instead of the head size.
      const model = parseModel(towerBytes('openclip-visual-17'));
      const minusTwo = { name: 'minus_two', dims: [1], dataType: 7, int64Data: [-2] };
      const minusOne = { ...minusTwo, name: 'minus_one', int64Data: [-1] };
      model.graph.initializer.push(minusTwo, minusOne);
      const readers = model.graph.node.filter(({ opType }) => opType === 'Cast').map(({ input }) => input[0]);
      for (const { opType, input, output } of model.graph.node) {
        if (opType === 'Slice' && readers.includes(output[0]))
          input.splice(1, 2, minusTwo.name, minusOne.name);
      }
      const from = put('model.onnx', encodeModel(model));
      const result = await optimizeFile({
        from,
        to: at('fast.onnx'),
        samples: { rows: towerRows('openclip-visual-17', 4) },
        call: towerCall('openclip-visual-17'),
      });
      expect(result.applied).to.not.deep.equal([]);
      expect(result.kept).to.equal(false);
      expect(result.reason).to.match(/^differs by/);
      expect(readdirSync(folder)).to.deep.equal(['model.onnx']);
    });

    it('is not written where nothing is recognised', async () => {
      const model = parseModel(towerBytes('random-vision'));
      for (const node of model.graph.node) {
        if (node.opType === 'Softmax') node.attribute[0]!.i = 2;
        if (node.opType === 'Gather')
          node.input[1] = model.graph.node.find(({ opType }) => opType === 'Shape')!.output[0]!;
      }
      const tokens = model.graph.output[0]?.name ?? '';
      const mean = [withInts('axes', [1]), withInt('keepdims', 0)];
      model.graph.output = [{ name: new Graph(model).addNode('ReduceMean', [tokens], mean) }];
      const from = put('model.onnx', encodeModel(model));
      const result = await optimizeFile({ from, to: at('fast.onnx'), samples: { rows: [] }, call });
      expect(result).to.deep.equal({ applied: [], kept: false, reason: 'no known pattern in the graph' });
      expect(readdirSync(folder)).to.deep.equal(['model.onnx']);
    });
  });

  describe('quantised', () => {
    const samples = { rows: towerRows('random-vision', 8) };
    const card = async (job: QuantizeJob): Promise<QuantizationCard> => {
      const result = await quantizeFile(job);
      if (!result.kept) throw new Error(result.reason);
      return result.card;
    };

    for (const [scheme, settings] of [
      ['rows', { minWeights: 1 }],
      ['blocks', { minWeights: 1, block: 32 }],
    ] as const) {
      it(`by ${scheme} has a card with its hashes, settings and fidelity`, async () => {
        const from = put('model.onnx', towerBytes('random-vision'));
        const to = at('model_int8.onnx');
        const written = await card({ from, to, samples, call, scheme, ...settings });
        expect(JSON.parse(readFileSync(at('model_int8.card.json'), 'utf8'))).to.deep.equal(written);
        expect(written.format).to.equal(scheme === 'rows' ? 'row-int8' : 'block-int8');
        expect(written.source).to.deep.equal(fingerprintOf(from));
        expect(written.model).to.deep.equal(fingerprintOf(to));
        expect(written.settings).to.deep.equal({ ...settings, matrices: 13, tables: 0 });
        const judges = scheme === 'rows' ? 4 : 8;
        expect(written.fidelity.items).to.equal(judges);
        expect(written.batching?.items).to.equal(judges);
        expect(written.batching?.maxAbs).to.equal(0);
        expect(written.fidelity.cosineMean).to.be.within(0.999, 0.999999);
      });
    }

    it('is refused below the set fidelity, and what stood there before stays', async () => {
      const from = put('model.onnx', towerBytes('random-vision'));
      const reference = put('other.onnx', towerBytes('hf-vision-sdpa-17'));
      const to = put('model_int8.onnx', Buffer.from('before'));
      const result = await quantizeFile({
        from,
        to,
        reference,
        samples,
        call,
        scheme: 'rows',
        minWeights: 1,
      });
      expect(result).to.have.property('kept', false);
      expect(result)
        .to.have.property('reason')
        .that.contains('expected a cosine to float32 of at least 0.999');
      expect(readFileSync(to, 'utf8')).to.equal('before');
      expect(readdirSync(folder)).to.have.length(3);
    });

    for (const scheme of ['rows', 'blocks'] as const) {
      it(`by ${scheme} is refused where a vector depends on its batch`, async () => {
        const model = parseModel(towerBytes('random-vision'));
        addShareOfBatch(model);
        const from = put('model.onnx', encodeModel(model));
        const to = at('model_int8.onnx');
        const result = await quantizeFile({ from, to, samples, call, scheme, minWeights: 1 });
        expect(result.kept ? '' : result.reason).to.match(
          /^expected a vector to be the same in a batch and alone to 0\.00001, received a difference of \d/,
        );
        expect(readdirSync(folder)).to.deep.equal(['model.onnx']);
      });
    }

    it('is refused where there is nothing to quantise', async () => {
      const from = put('model.onnx', towerBytes('random-vision'));
      const job: QuantizeJob = { from, to: at('model_int8.onnx'), samples, call, scheme: 'blocks' };
      const failure = await quantizeFile(job).catch((error: Error) => error);
      expect((failure as Error).message).to.contain('expected a large constant float32 matrix');
      expect(readdirSync(folder)).to.deep.equal(['model.onnx']);
    });
  });

  describe('made in the background', () => {
    it('leaves the event loop free', async () => {
      const from = put('model.onnx', towerBytes('random-text'));
      const samples = { rows: towerRows('random-text', 4) };
      const call = towerCall('random-text');
      let turns = 0;
      const ticking = setInterval(() => turns++, 1);
      const job: QuantizeJob = {
        from,
        to: at('model_int8.onnx'),
        samples,
        call,
        scheme: 'blocks',
        minWeights: 1,
      };
      const result: QuantizeResult = await inBackground('quantizeFile', job);
      clearInterval(ticking);
      expect(result.kept).to.equal(true);
      expect(turns).to.be.above(5);
    });

    it('is ended when nobody waits for it any more', async () => {
      const from = put('model.onnx', towerBytes('random-text'));
      const samples = { rows: towerRows('random-text', 4) };
      const call = towerCall('random-text');
      const job: QuantizeJob = {
        from,
        to: at('model_int8.onnx'),
        samples,
        call,
        scheme: 'blocks',
        minWeights: 1,
      };
      const stop = new AbortController();
      const answer = inBackground('quantizeFile', job, stop.signal).catch((error: Error) => error);
      stop.abort(new Error('told to stop'));
      expect(await answer).to.equal(stop.signal.reason);
      expect(await inBackground('quantizeFile', job, stop.signal).catch((error: Error) => error)).to.equal(
        stop.signal.reason,
      );
      expect(readdirSync(folder)).to.not.include('model_int8.onnx');
    });

    it('says so where its process is ended by another', async () => {
      const module = 'data:text/javascript,export const die = () => process.kill(process.pid, "SIGKILL")';
      const run = runJobsOf<{ die(job: undefined): void }>(new URL(module));
      const failure = await run('die', undefined).catch((error: Error) => error);
      expect((failure as Error).message).to.match(
        /ended with SIGKILL; there may be too little memory for it$/,
      );
    });

    it('answers an error as an error', async () => {
      const job: QuantizeJob = {
        from: at('missing.onnx'),
        to: at('model_int8.onnx'),
        samples: { rows: [] },
        call,
        scheme: 'rows',
      };
      const failure = await inBackground('quantizeFile', job).catch((error: Error) => error);
      expect(failure).to.be.an.instanceOf(Error);
    });
  });
});

function fingerprintOf(file: string) {
  const bytes = readFileSync(file);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

/** To each vector, a hundredth of the mean of its batch. */
function addShareOfBatch(model: OnnxModel): void {
  const graph = new Graph(model);
  const vectors = model.graph.output[0]?.name ?? '';
  const mean = graph.addNode('ReduceMean', [vectors], [withInts('axes', [0])]);
  const hundredth = graph.addWeight((name) => floatTensor(name, [], Float32Array.of(0.01)), 'hundredth');
  const sum = graph.addNode('Add', [vectors, graph.addNode('Mul', [mean, hundredth])]);
  model.graph.output = [{ name: sum }];
}
