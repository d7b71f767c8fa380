import type { Graph } from './graph.js';
import { intAttribute, intsAttribute, isOp } from './node.js';
import { constantInts } from './shape.js';
import { intTensor } from '../file/tensor.js';

/**
 * Makes each reader of one size of a transposed tensor read it from the tensor before. Exporters ask a transposed key
 * for its length; once attention is fused, that question alone would keep the transpose.
 */
export function readSizesBeforeTransposes(graph: Graph): void {
  for (const shape of graph.nodes.filter((node) => isOp(node, 'Shape') && node.attribute.length === 0)) {
    const transpose = graph.producer(shape.input[0] ?? '');
    if (!isOp(transpose, 'Transpose')) continue;
    const perm = intsAttribute(transpose, 'perm') ?? [];
    for (const { node } of graph.uses(shape.output[0] ?? '')) {
      const [axis, ...more] = constantInts(graph, node.input[1]) ?? [];
      const isOneSize = isOp(node, 'Gather') && intAttribute(node, 'axis', 0) === 0 && more.length === 0;
      const before = perm[axis ?? -1];
      const scalar = graph.constant(node.input[1] ?? '')?.dims.length === 0;
      if (!isOneSize || before === undefined) continue;
      const dims = scalar ? [] : [1];
      const index = graph.addWeight((name) => ({ ...intTensor(name, [before]), dims }), 'handspring_axis');
      const sizes = graph.addNode('Shape', [transpose.input[0] ?? '']);
      graph.setInput({ node, index: 0 }, sizes);
      graph.setInput({ node, index: 1 }, index);
    }
  }
}
