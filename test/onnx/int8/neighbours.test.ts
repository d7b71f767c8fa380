import { expect } from 'chai';
import type { Row } from '../../../src/core/encoder.js';
import { quantizeBlockwise } from '../../../src/onnx/int8/block-int8.js';
import { Graph } from '../../../src/onnx/rewrite/graph.js';
import { encodeModel, parseModel } from '../../../src/onnx/file/decoded-model.js';
import { rewriteModel } from '../../../src/onnx/rewrite/rewrite-model.js';
import { quantizeRows } from '../../../src/onnx/int8/row-int8.js';
import { maxDifference, towerBytes, towerRows, vectorsOf } from '../graphs.js';
import { multiplication, wave } from '../multiplication.js';

const minWeights = 1;

const SCHEMES: Readonly<Record<string, (graph: Graph) => number>> = {
  'by rows': (graph) => quantizeRows(graph, { minWeights, peaks: new Map() }),
  'in blocks of 32': (graph) => quantizeBlockwise(graph, { block: 32, minWeights }),
  'in blocks of 128': (graph) => quantizeBlockwise(graph, { block: 128, minWeights }),
};

/** Towers of an odd number of tokens, and of one row for each item after the pooled token is chosen. */
const TOWERS = ['random-text', 'openclip-visual-17', 'hf-vision-bmm-14', 'hf-text-equal-dynamo-18'];

const SIZE = 3 * 32 * 32;

/** So many noisy images that each begin as the first one does, whatever the number. */
function images(items: number, loudness = 1): Row[] {
  const data = wave(items * SIZE, 0.37).map((value, at) => (at < SIZE ? value : loudness * value));
  return Array.from({ length: items }, (_, item) => data.slice(item * SIZE, (item + 1) * SIZE));
}

for (const [scheme, quantize] of Object.entries(SCHEMES)) {
  describe(`int8 ${scheme}`, () => {
    for (const items of [2, 3, 4, 5, 6, 7]) {
      it(`gives a row the same bits alone and in a batch of ${items}`, async () => {
        const graph = multiplication('MatMul', 768, 24);
        quantize(graph);
        await expectSameAlone(encodeModel(graph.model), images(items));
      });
    }

    it('gives a row the same bits whatever its neighbours are', async () => {
      const graph = multiplication('MatMul', 768, 24);
      quantize(graph);
      const batches = [images(5), images(5, 90)];
      const [quiet, loud] = await vectorsOf(encodeModel(graph.model), batches);
      expect(maxDifference(quiet!.slice(0, 24), loud!.slice(0, 24))).to.equal(0);
      expect(maxDifference(quiet!.slice(24), loud!.slice(24))).to.be.above(1);
    });

    for (const name of TOWERS) {
      it(`gives each item of ${name}, as it is and rewritten, the same bits alone, in batches of 4 and of 5`, async () => {
        for (const rewrite of [false, true]) {
          const model = parseModel(towerBytes(name));
          if (rewrite) rewriteModel(model);
          expect(quantize(new Graph(model))).to.be.at.least(9);
          for (const items of [4, 5]) await expectSameAlone(encodeModel(model), towerRows(name, items));
        }
      });
    }
  });
}

async function expectSameAlone(model: Uint8Array, rows: readonly Row[]): Promise<void> {
  const [together, again, ...alone] = await vectorsOf(model, [rows, rows, ...rows.map((row) => [row])]);
  expect(maxDifference(together!, again!)).to.equal(0);
  const width = together!.length / alone.length;
  for (const [item, vector] of alone.entries()) {
    expect(maxDifference(vector, together!.slice(item * width, (item + 1) * width))).to.equal(0);
  }
}
