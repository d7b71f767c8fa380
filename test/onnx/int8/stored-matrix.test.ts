import { expect } from 'chai';
import { Graph } from '../../../src/onnx/rewrite/graph.js';
import { withInt } from '../../../src/onnx/rewrite/node.js';
import type { OnnxModel } from '../../../src/onnx/file/decoded-model.js';
import { parseModel } from '../../../src/onnx/file/decoded-model.js';
import { storedMatrix } from '../../../src/onnx/int8/stored-matrix.js';
import { floatTensor } from '../../../src/onnx/file/tensor.js';
import { towerBytes } from '../graphs.js';

const FLOAT = 1;
const INT8 = 3;

/** Int8 weights [2, 3], cast to float32 and multiplied by scales of the given shape. */
function scaledGraph(dims: number[], scales: number[]): { graph: Graph; value: string } {
  const model: OnnxModel = parseModel(towerBytes('random-vision'));
  const graph = new Graph(model);
  const rawData = Buffer.from(Int8Array.of(1, -2, 3, 4, 5, -128).buffer);
  const weights = graph.addWeight((name) => ({ name, dims: [2, 3], dataType: INT8, rawData }), 'w');
  const factors = graph.addWeight((name) => floatTensor(name, dims, Float32Array.from(scales)), 's');
  const cast = graph.addNode('Cast', [weights], [withInt('to', FLOAT)]);
  return { graph, value: graph.addNode('Mul', [factors, cast]) };
}

describe('a stored matrix', () => {
  for (const dims of [[3], [1, 3]]) {
    it(`is what int8 weights mean with scales of shape [${dims.join()}]`, () => {
      const { graph, value } = scaledGraph(dims, [0.5, 2, 1]);
      expect(storedMatrix(graph, value)).to.deep.equal({
        values: Float32Array.of(0.5, -4, 3, 2, 10, -128),
        dims: [2, 3],
      });
    });
  }

  it('is none where each row has its scale, or where the weights are no int8', () => {
    const { graph, value } = scaledGraph([2, 1], [1, 2]);
    expect(storedMatrix(graph, value)).to.equal(undefined);
    expect(storedMatrix(graph, 'pixel_values')).to.equal(undefined);
  });
});
