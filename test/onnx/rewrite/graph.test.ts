import { expect } from 'chai';
import { Graph } from '../../../src/onnx/rewrite/graph.js';
import type { OnnxModel, OnnxNode } from '../../../src/onnx/file/decoded-model.js';
import { floatTensor } from '../../../src/onnx/file/tensor.js';

function node(opType: string, input: string[], output: string): OnnxNode {
  return { name: output, opType, input, output: [output], attribute: [] };
}

/** x → Relu → a; (a, w) → Add → y. */
function smallModel(): OnnxModel {
  return {
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      node: [node('Relu', ['x'], 'a'), node('Add', ['a', 'w'], 'y')],
      initializer: [floatTensor('w', [1], Float32Array.of(1)), floatTensor('v', [1], Float32Array.of(2))],
      input: [{ name: 'x' }],
      output: [{ name: 'y' }],
      valueInfo: [{ name: 'a' }],
    },
  };
}

describe('a graph', () => {
  it('knows who makes and who reads a value', () => {
    const graph = new Graph(smallModel());
    expect(graph.producer('a')?.opType).to.equal('Relu');
    expect(graph.uses('a')).to.deep.equal([{ node: graph.nodes[1], index: 0 }]);
    expect(graph.producer('x')).to.equal(undefined);
  });

  it('takes a weight that is an input too for no constant', () => {
    const model = smallModel();
    model.graph.input.push({ name: 'w' });
    const graph = new Graph(model);
    expect(graph.constant('w')).to.equal(undefined);
    expect(graph.constant('v')?.name).to.equal('v');
  });

  it('settles into what the outputs need, each node after its inputs, without stale shapes', () => {
    const graph = new Graph(smallModel());
    const twice = graph.addNode('Mul', ['a', 'w']);
    graph.addNode('Neg', ['x']);
    graph.setInput({ node: graph.producer('y')!, index: 0 }, twice);
    graph.tidy();
    expect(graph.nodes.map(({ opType }) => opType)).to.deep.equal(['Relu', 'Mul', 'Add']);
    expect(graph.model.graph.initializer.map(({ name }) => name)).to.deep.equal(['w']);
    expect(graph.model.graph.valueInfo).to.deep.equal([]);
  });

  it('keeps the name of an output whose node is replaced, for its other readers too', () => {
    const graph = new Graph(smallModel());
    const reader = graph.addNode('Neg', ['y']);
    const sum = graph.addNode('Sub', ['a', 'w']);
    const next = graph.addNode('Abs', [sum]);
    graph.replace('y', sum);
    expect(graph.producer('y')?.opType).to.equal('Sub');
    expect(graph.producer(reader)?.input).to.deep.equal(['y']);
    expect(graph.producer(next)?.input).to.deep.equal(['y']);
    graph.tidy();
    expect(graph.nodes.map(({ opType }) => opType)).to.deep.equal(['Relu', 'Sub']);
  });

  it('imports the domain of a foreign operator once', () => {
    const graph = new Graph(smallModel());
    for (let i = 0; i < 2; i++) graph.addNode('QuickGelu', ['a'], [], 'com.microsoft');
    expect(graph.model.opsetImport.filter(({ domain }) => domain === 'com.microsoft')).to.have.length(1);
  });
});
