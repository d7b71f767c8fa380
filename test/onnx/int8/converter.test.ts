import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import { quantizeBlockwise } from '../../../src/onnx/int8/block-int8.js';
import { quantizeTables } from '../../../src/onnx/int8/byte-tables.js';
import type { ChannelPeaks } from '../../../src/onnx/int8/channel-peaks.js';
import { CONVERTER, CONVERTER_VERSION } from '../../../src/onnx/int8/converter.js';
import { Graph } from '../../../src/onnx/rewrite/graph.js';
import { encodeModel, parseModel } from '../../../src/onnx/file/decoded-model.js';
import { rewriteModel } from '../../../src/onnx/rewrite/rewrite-model.js';
import { BATCH_MAX_ABS, MIN_FIDELITY, REWRITE_MAX_ABS } from '../../../src/onnx/trial/bounds.js';
import { QUANTIZE_DEFAULTS } from '../../../src/onnx/int8/quantize-model.js';
import { multiplications } from '../../../src/onnx/int8/multiplications.js';
import { quantizeRows } from '../../../src/onnx/int8/row-int8.js';
import { smoothing } from '../../../src/onnx/int8/smoothing.js';
import { towerBytes } from '../graphs.js';

/** Of what `digest` gives: files that were kept under a version are taken for what it makes now. */
const MADE_BY_VERSION_3 = '208f403a3f96c5298a225c74fd68ca8cf314094dbd4b95343bfe2e31592362d3';

/** Peaks from a silent channel to one of the largest that were seen, over weights of many sizes. */
function smoothed(): readonly string[] {
  const peaks = Float32Array.of(0, 1e-6, 0.01, 1, 30, 400);
  const values = Float32Array.from({ length: peaks.length * 2 }, (_, at) => (at - 5) ** 3 / 100);
  const matrix = { values, rows: peaks.length, columns: 2, byColumn: false };
  return Array.from(smoothing(peaks, [matrix]) ?? [], (divisor) => divisor.toPrecision(5));
}

/** Every channel of all that is multiplied gets as large as the others. */
function evenPeaks(graph: Graph): ChannelPeaks {
  const found = multiplications(graph, 1);
  return new Map(
    found.map(({ node, matrix }) => [node.input[0] ?? '', new Float32Array(matrix.rows).fill(4)]),
  );
}

function digest(): string {
  const settings = { MIN_FIDELITY, REWRITE_MAX_ABS, BATCH_MAX_ABS, QUANTIZE_DEFAULTS, smoothed: smoothed() };
  const hash = createHash('sha256').update(JSON.stringify(settings));
  const quantizers = [
    (graph: Graph) => quantizeRows(graph, { minWeights: 1, peaks: new Map() }),
    (graph: Graph) => quantizeRows(graph, { minWeights: 1, peaks: evenPeaks(graph) }),
    (graph: Graph) => quantizeBlockwise(graph, { block: 128, minWeights: 1 }),
    (graph: Graph) => quantizeTables(graph, 1),
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
      version: 3,
      made: MADE_BY_VERSION_3,
    });
  });

  it("stands beside ONNX Runtime's in the path of what it makes", () => {
    const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as {
      version: string;
    };
    expect(CONVERTER).to.equal(`converter-${CONVERTER_VERSION}-onnxruntime-${version}`);
  });
});
