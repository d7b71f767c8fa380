import { expect } from 'chai';
import { fuseAttention } from '../../../src/onnx/rewrite/fuse-attention.js';
import { Graph } from '../../../src/onnx/rewrite/graph.js';
import { encodeModel, parseModel } from '../../../src/onnx/file/decoded-model.js';
import { rewriteModel } from '../../../src/onnx/rewrite/rewrite-model.js';
import { choosePooledTokenEarly } from '../../../src/onnx/rewrite/pooled-token.js';
import { REWRITE_MAX_ABS } from '../../../src/onnx/trial/bounds.js';
import { maxDifference, run, towerBytes, towerRows, TOWERS, vectorsOf } from '../graphs.js';

/** Layers of each fixture. */
const LAYERS = 2;

function graphOf(name: string): Graph {
  return new Graph(parseModel(towerBytes(name)));
}

async function expectSameVectors(name: string, rewritten: Uint8Array): Promise<void> {
  const inputs = [towerRows(name, 1), towerRows(name, 3)];
  const before = await vectorsOf(towerBytes(name), inputs);
  const after = await vectorsOf(rewritten, inputs);
  for (const [index, vectors] of before.entries()) {
    expect(maxDifference(vectors, after[index]!)).to.be.below(REWRITE_MAX_ABS);
  }
}

describe('the fused attention', () => {
  for (const name of TOWERS) {
    it(`replaces every layer's attention of ${name}, with fewer nodes and the same vectors`, async () => {
      const graph = graphOf(name);
      const nodes = graph.nodes.length;
      expect(fuseAttention(graph)).to.equal(LAYERS);
      expect(graph.nodes.some(({ opType }) => opType === 'Softmax')).to.equal(false);
      expect(graph.nodes.length).to.be.below(nodes);
      await expectSameVectors(name, encodeModel(graph.model));
    });
  }

  it('leaves a softmax over another axis alone', () => {
    const graph = graphOf('random-vision');
    for (const { opType, attribute } of graph.nodes) if (opType === 'Softmax') attribute[0]!.i = 2;
    expect(fuseAttention(graph)).to.equal(0);
  });

  it('leaves attention alone whose scores are read elsewhere', () => {
    const graph = graphOf('random-vision');
    const softmax = graph.nodes.find(({ opType }) => opType === 'Softmax')!;
    graph.model.graph.output.push({ name: graph.addNode('Identity', [softmax.output[0]!]) });
    expect(fuseAttention(graph)).to.equal(LAYERS - 1);
  });

  it('leaves attention alone whose values are scaled', () => {
    const graph = graphOf('random-vision');
    const scale = graph.nodes.find(
      ({ opType, input }) => opType === 'Mul' && graph.constant(input[1]!)?.dims.length === 0,
    )!;
    const softmax = graph.nodes.find(({ opType }) => opType === 'Softmax')!;
    const product = graph.uses(softmax.output[0]!)[0]!.node;
    graph.setInput({ node: product, index: 1 }, graph.addNode('Mul', [product.input[1]!, scale.input[1]!]));
    graph.tidy();
    expect(fuseAttention(graph)).to.equal(LAYERS - 1);
  });
});

describe('the early choice of the pooled token', () => {
  for (const name of TOWERS) {
    it(`lets one token through the last MLP of ${name}, with the same vectors`, async () => {
      const graph = graphOf(name);
      fuseAttention(graph);
      expect(choosePooledTokenEarly(graph)).to.equal(1);
      const gate = graph.nodes.filter(({ opType }) => opType === 'Sigmoid').at(-1)!.output[0]!;
      await expectSameVectors(name, encodeModel(graph.model));
      graph.model.graph.output.push({ name: gate });
      const [tensor] = await run(encodeModel(graph.model), [towerRows(name, 3)], gate);
      expect(tensor!.dims.slice(0, 2)).to.deep.equal([3, 1]);
    });
  }

  for (const name of TOWERS.filter((tower) => !tower.startsWith('openclip'))) {
    it(`needs no fused attention in ${name}`, async () => {
      const graph = graphOf(name);
      expect(choosePooledTokenEarly(graph)).to.equal(1);
      await expectSameVectors(name, encodeModel(graph.model));
    });
  }

  it('leaves a tower alone that also answers the state of all tokens', () => {
    const graph = graphOf('hf-vision-dynamo-18');
    const state = graph.nodes.filter(({ opType }) => opType === 'Add').at(-1)!.output[0]!;
    graph.model.graph.output.push({ name: state });
    expect(choosePooledTokenEarly(graph)).to.equal(0);
  });

  it('does not move past a node that mixes tokens', () => {
    const graph = graphOf('random-vision');
    const choice = graph.nodes.filter(({ opType }) => opType === 'Gather').at(-1)!;
    const mixed = graph.addNode('Softmax', [choice.input[0]!], [{ name: 'axis', type: 2, i: 1 }]);
    graph.setInput({ node: choice, index: 0 }, mixed);
    graph.tidy();
    expect(choosePooledTokenEarly(graph)).to.equal(0);
  });
});

describe('rewriteModel', () => {
  it('finds nothing more in a model that has been rewritten', () => {
    const graph = graphOf('random-vision');
    fuseAttention(graph);
    choosePooledTokenEarly(graph);
    expect(rewriteModel(graph.model)).to.deep.equal([]);
  });

  it('says which rewrites found how much', () => {
    expect(rewriteModel(parseModel(towerBytes('openclip-textual-17')))).to.deep.equal([
      { rewrite: 'fuse-attention', count: LAYERS },
      { rewrite: 'pooled-token', count: 1 },
    ]);
  });
});
