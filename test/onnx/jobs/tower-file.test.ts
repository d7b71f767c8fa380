import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { externalFiles } from '../../../src/onnx/file/external-files.js';
import { optimizeFile } from '../../../src/onnx/jobs/optimize-file.js';
import { quantizeFile } from '../../../src/onnx/jobs/quantize-file.js';
import { InferenceSession } from '../../../src/onnx/session/onnxruntime.js';
import { agreementOf } from '../../../src/onnx/trial/agreement.js';
import { TrialModel } from '../../../src/onnx/trial/trial-model.js';
import { withExternalWeights } from '../../support/external-weights.js';
import { fixtureFolder } from '../../support/model-fixture.js';
import { towerBytes, towerCall, towerRows } from '../graphs.js';

describe('a tower', () => {
  const call = towerCall('random-vision');
  const samples = { rows: towerRows('random-vision', 8) };
  let folder: string;
  const at = (name: string) => join(folder, name);
  const put = (name: string, bytes: Uint8Array) => {
    writeFileSync(at(name), bytes);
    return at(name);
  };
  const vectorsOf = async (file: string) => {
    const trial = await TrialModel.open(file, call);
    const vectors = await trial.vectorsOf(samples.rows);
    await trial.close();
    return vectors;
  };
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'handspring-tower-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  describe('with its weights beside it', () => {
    const MADE = { from: 'model.onnx', to: 'made.onnx' };
    /** The tower with its weights in a file of a folder of their own, which is gone once another file is made. */
    const putExternal = () => {
      const split = withExternalWeights(towerBytes('random-vision'), () => 'weights.bin', 100);
      for (const [name, bytes] of split.files) put(name, bytes);
      return put(MADE.from, split.model);
    };
    const vectorsAlone = async () => {
      rmSync(at(MADE.from));
      rmSync(at('weights.bin'));
      return vectorsOf(at(MADE.to));
    };
    const exact = async () => {
      const vectors = await vectorsOf(put('inside.onnx', towerBytes('random-vision')));
      rmSync(at('inside.onnx'));
      return vectors;
    };

    it('is optimised into a file that has them beside it, too', async () => {
      const from = putExternal();
      const result = await optimizeFile({ from, to: at(MADE.to), samples, call });
      expect(result.reason).to.equal(undefined);
      const files = ['made.onnx', 'made.onnx.data', 'model.onnx', 'weights.bin'];
      expect(readdirSync(folder).sort()).to.deep.equal(files);
      expect(await externalFiles(at(MADE.to))).to.deep.equal(['made.onnx.data']);
      expect(agreementOf(await exact(), await vectorsAlone()).maxAbs).to.be.below(1e-5);
    });

    for (const [scheme, settings] of [
      ['rows', { minWeights: 1 }],
      ['blocks', { minWeights: 1, block: 32 }],
    ] as const) {
      it(`is stored in int8 by ${scheme}, to the bit as with them inside, and its card counts them`, async () => {
        const inside = put('inside.onnx', towerBytes('random-vision'));
        const job = { samples, call, scheme, ...settings };
        expect((await quantizeFile({ ...job, from: inside, to: at('as-inside.onnx') })).kept).to.equal(true);
        const expected = await vectorsOf(at('as-inside.onnx'));
        const from = putExternal();
        const result = await quantizeFile({ ...job, from, to: at(MADE.to) });
        if (!result.kept) throw new Error(result.reason);
        expect(result.card.source.bytes).to.equal(
          readFileSync(from).length + readFileSync(at('weights.bin')).length,
        );
        expect(await vectorsAlone()).to.deep.equal(expected);
      });
    }

    it('is refused with the file and what it holds where the weights end early', async () => {
      const from = putExternal();
      const short = readFileSync(at('weights.bin')).subarray(0, 1000);
      writeFileSync(at('weights.bin'), short);
      const failure = await optimizeFile({ from, to: at(MADE.to), samples, call }).catch((e: Error) => e);
      expect(failure).to.be.instanceOf(Error);
      expect(readdirSync(folder).sort()).to.deep.equal(['model.onnx', 'weights.bin']);
    });
  });

  describe('in a file beside another tower', () => {
    const file = join(fixtureFolder('clip-combined'), 'onnx/model.onnx');
    const shape = [3, 32, 32];
    const imageCall = { input: { kind: 'dense', shape }, outputs: ['image_embeds'] } as const;

    it('is optimised alone', async () => {
      const to = at('fast.onnx');
      const result = await optimizeFile({ from: file, to, samples, call: imageCall });
      expect(result.reason).to.equal(undefined);
      expect(await edgesOf(to)).to.deep.equal([['pixel_values'], ['image_embeds']]);
    });

    for (const scheme of ['rows', 'blocks'] as const) {
      it(`is stored in int8 by ${scheme} alone`, async () => {
        const job = {
          from: file,
          to: at('small.onnx'),
          samples,
          call: imageCall,
          scheme,
          minWeights: 1,
        };
        const result = await quantizeFile(job);
        expect(result.kept ? '' : result.reason).to.equal('');
        expect(await edgesOf(job.to)).to.deep.equal([['pixel_values'], ['image_embeds']]);
      });
    }
  });
});

async function edgesOf(file: string) {
  const session = await InferenceSession.create(file);
  const edges = [session.inputNames, session.outputNames];
  await session.release();
  return edges;
}
