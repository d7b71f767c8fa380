import { Graph } from '../../src/onnx/rewrite/graph.js';
import { AttributeType, parseModel } from '../../src/onnx/file/decoded-model.js';
import { floatTensor } from '../../src/onnx/file/tensor.js';
import { towerBytes } from './graphs.js';

export const wave = (length: number, step: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(i * step));

/** x [b, K] → MatMul or Gemm by w, + bias → y, where x is the first K values of each image. */
export function multiplication(kind: 'MatMul' | 'Gemm', K: number, N: number): Graph {
  const model = parseModel(towerBytes('random-vision'));
  model.graph.node = [];
  const graph = new Graph(model);
  const attributes = kind === 'Gemm' ? [{ name: 'transB', type: AttributeType.int, i: 1 }] : [];
  const dims = kind === 'Gemm' ? [N, K] : [K, N];
  const weight = graph.addWeight((name) => floatTensor(name, dims, wave(K * N, 0.9)), 'w');
  const bias = graph.addWeight((name) => floatTensor(name, [N], wave(N, 0.2)), 'b');
  const flat = graph.addNode('Flatten', ['pixel_values']);
  const shape = { starts: [0], ends: [K], axes: [1] };
  const cut = graph.addNode('Slice', [
    flat,
    ...Object.values(shape).map(([i]) =>
      graph.addWeight((n) => ({ name: n, dims: [1], dataType: 7, int64Data: [i!] }), 'i'),
    ),
  ]);
  const product = graph.addNode(kind, kind === 'Gemm' ? [cut, weight, bias] : [cut, weight], attributes);
  model.graph.output = [{ name: product }];
  graph.tidy();
  return graph;
}
