import { expect } from 'chai';
import { quantizeTableRows, quantizeTables } from '../../../src/onnx/int8/byte-tables.js';
import { encodeModel, parseModel } from '../../../src/onnx/file/decoded-model.js';
import { toFloats } from '../../../src/onnx/file/tensor.js';
import { Graph } from '../../../src/onnx/rewrite/graph.js';
import { withInt } from '../../../src/onnx/rewrite/node.js';
import { maxDifference, run, towerBytes, towerRows, vectorsOf } from '../graphs.js';
import { wave } from '../multiplication.js';

const FLOAT32 = 1;
const INT8 = 3;
const lookups = (graph: Graph) => graph.nodes.filter(({ opType }) => opType === 'Gather');

/** A text tower's graph, and the name of the table that it looks its tokens up in. */
function textTower(name = 'random-text'): { graph: Graph; table: string } {
  const graph = new Graph(parseModel(towerBytes(name)));
  const lookup = lookups(graph).find(({ input }) => graph.constant(input[0] ?? '')?.dataType === FLOAT32);
  return { graph, table: lookup?.input[0] ?? '' };
}

describe('a table of bytes', () => {
  it('stores each row with a scale of its own, off by half a step at most', () => {
    const width = 16;
    const values = wave(5 * width, 0.7).map((value, at) => value * 10 ** Math.floor(at / width - 2));
    const { bytes, steps } = quantizeTableRows(values, width);
    for (const [at, byte] of bytes.entries()) {
      const step = steps[Math.floor(at / width)]!;
      expect(Math.abs(byte * step - values[at]!)).to.be.at.most(step * 0.501);
    }
  });

  it('gives zeros for a row of zeros, or of values too small to be told from them', () => {
    const { bytes, steps } = quantizeTableRows(Float32Array.of(0, 0, 1e-45, -1e-45, 127, -1), 2);
    expect([...bytes]).to.deep.equal([0, 0, 0, 0, 127, -1]);
    expect([...steps]).to.deep.equal([0, 0, 1]);
  });

  it('is looked up as exactly the stored rows, float32 from there on', async () => {
    const { graph, table } = textTower();
    const values = toFloats(graph.constant(table)!);
    const width = values.length / Number(graph.constant(table)!.dims[0]);
    const [lookup] = lookups(graph).filter(({ input }) => input[0] === table);
    graph.model.graph.output = [{ name: lookup!.output[0]! }];
    expect(quantizeTables(graph, 1)).to.equal(1);
    const stored = lookups(graph).map(({ input }) => graph.constant(input[0] ?? '')?.dataType);
    expect(stored).to.deep.equal([INT8, FLOAT32]);
    const rows = towerRows('random-text', 2);
    const [found] = await run(encodeModel(graph.model), [rows]);
    const { bytes, steps } = quantizeTableRows(values, width);
    const expected = rows.flatMap((row) =>
      Array.from(row, (id) => Array.from(bytes.slice(id * width, (id + 1) * width), (b) => b * steps[id]!)),
    );
    expect(maxDifference(found!.data as Float32Array, Float32Array.from(expected.flat()))).to.be.below(1e-6);
  });

  for (const name of ['random-text', 'hf-text-equal-dynamo-18']) {
    it(`gives each item of ${name} nearly the float32 vector, with the same bits alone`, async () => {
      const { graph } = textTower(name);
      expect(quantizeTables(graph, 1)).to.be.at.least(1);
      const rows = towerRows(name, 5);
      const [exact] = await vectorsOf(towerBytes(name), [rows]);
      const [together, ...alone] = await vectorsOf(encodeModel(graph.model), [
        rows,
        ...rows.map((row) => [row]),
      ]);
      const scale = Math.max(...exact!.map(Math.abs));
      expect(maxDifference(exact!, together!)).to.be.within(scale * 1e-6, scale * 0.02);
      expect(maxDifference(Float32Array.from(alone.flatMap((vector) => [...vector])), together!)).to.equal(0);
    });
  }

  it('is not made of a table that is small', () => {
    const { graph } = textTower();
    expect(quantizeTables(graph, 1e6)).to.equal(0);
  });

  it('is not made of a table that anything else reads', () => {
    const { graph, table } = textTower();
    graph.addNode('Identity', [table]);
    expect(quantizeTables(graph, 1000)).to.equal(0);
  });

  it('is not made of a table that is looked up along another axis', () => {
    const { graph, table } = textTower();
    for (const lookup of lookups(graph)) {
      if (lookup.input[0] === table) lookup.attribute = [withInt('axis', 1)];
    }
    expect(quantizeTables(graph, 1000)).to.equal(0);
  });
});
