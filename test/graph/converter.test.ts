import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import { quantizeBlockwise } from '../../src/graph/block-int8.js';
import { CONVERTER, CONVERTER_VERSION } from '../../src/graph/converter.js';
import { Graph } from '../../src/graph/graph.js';
import { encodeModel, parseModel } from '../../src/graph/onnx-file.js';
import { rewriteModel } from '../../src/graph/optimize.js';
import { BATCH_MAX_ABS, MIN_FIDELITY, REWRITE_MAX_ABS } from '../../src/graph/parity.js';
import { quantizeRows } from '../../src/graph/row-int8.js';
import { towerBytes } from './graphs.js';

/** Of what `digest` gives: files that were kept under a version are taken for what it makes now. */
const MADE_BY_VERSION_1 = '5b063ccfaa5592708af944473f80e997eb4e2b8a17bfff485da577ad88b4e61f';

function digest(): string {
  const hash = createHash('sha256').update(JSON.stringify({ MIN_FIDELITY, REWRITE_MAX_ABS, BATCH_MAX_ABS }));
  const quantizers = [
    (graph: Graph) => quantizeRows(graph, { minWeights: 1, peaks: new Map() }),
    (graph: Graph) => quantizeBlockwise(graph, { block: 128, minWeights: 1 }),
  ];
  for (const name of ['random-text', 'openclip-visual-17']) {
    for (const quantize of quantizers) {
      const model = parseModel(towerBytes(name));
      rewriteModel(model);
      hash.update(encodeModel(model));
      quantize(new Graph(model));
      hash.update(encodeModel(model));
    }
  }
  return hash.digest('hex');
}

describe('the version of the converter', () => {
  it('is raised, with the digest here, when what it makes or refuses is another', () => {
    expect({ version: CONVERTER_VERSION, made: digest() }).to.deep.equal({
      version: 1,
      made: MADE_BY_VERSION_1,
    });
  });

  it("stands beside ONNX Runtime's in the path of what it makes", () => {
    const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as {
      version: string;
    };
    expect(CONVERTER).to.equal(`converter-${CONVERTER_VERSION}-onnxruntime-${version}`);
  });
});
