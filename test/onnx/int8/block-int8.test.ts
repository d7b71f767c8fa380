import { expect } from 'chai';
import type { BlockSize } from '../../../src/onnx/int8/block-int8.js';
import { quantizeBlocks, quantizeBlockwise } from '../../../src/onnx/int8/block-int8.js';
import { Graph } from '../../../src/onnx/rewrite/graph.js';
import { AttributeType, encodeModel, parseModel } from '../../../src/onnx/file/decoded-model.js';
import { towerBytes, vectorsOf } from '../graphs.js';
import { multiplication, wave } from '../multiplication.js';

const BLOCKS: readonly BlockSize[] = [32, 128];

/** Fewest weights of a fixture's matrices; all of them are small. */
const minWeights = 1;

describe('block-wise int8 weights', () => {
  it('mean (byte − 128) · scale, and are off by half a step at most', () => {
    const [rows, columns, block] = [70, 3, 32];
    const values = wave(rows * columns, 0.7);
    const { bytes, scales, blocks } = quantizeBlocks({ values, rows, columns, byColumn: false }, block);
    expect(blocks).to.equal(3);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = column * blocks + Math.floor(row / block);
        const scale = scales[at]!;
        const meant = (bytes[at * block + (row % block)]! - 128) * scale;
        expect(Math.abs(meant - values[row * columns + column]!)).to.be.at.most(scale * 0.501);
      }
    }
  });

  it('are padded with zeros where the last block is not full', () => {
    const { bytes } = quantizeBlocks({ values: wave(40, 1), rows: 40, columns: 1, byColumn: false }, 32);
    expect([...bytes.subarray(40)]).to.deep.equal(Array(24).fill(128));
  });

  it('are the same from a matrix stored either way round', () => {
    const [rows, columns] = [40, 5];
    const values = wave(rows * columns, 0.3);
    const turned = Float32Array.from(
      { length: values.length },
      (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!,
    );
    const one = quantizeBlocks({ values, rows, columns, byColumn: false }, 32);
    const other = quantizeBlocks({ values: turned, rows, columns, byColumn: true }, 32);
    expect(other).to.deep.equal(one);
  });

  it('give zero for a block of zeros', () => {
    const { bytes, scales } = quantizeBlocks(
      { values: new Float32Array(32), rows: 32, columns: 1, byColumn: false },
      32,
    );
    expect([scales[0], ...new Set(bytes)]).to.deep.equal([0, 128]);
  });
});

describe('MatMulNBits', () => {
  for (const kind of ['MatMul', 'Gemm'] as const) {
    for (const block of BLOCKS) {
      it(`multiplies by exactly the stored weights of a ${kind} over 200 values, in blocks of ${block}`, async () => {
        const [rows, columns, items] = [200, 24, 2];
        const graph = multiplication(kind, rows, columns);
        // Whole numbers with a 127 in every block are what 8 bits hold without rounding.
        const size = 3 * 32 * 32;
        const pixels = Float32Array.from({ length: items * size }, (_, i) =>
          i % 8 ? ((i * 37) % 255) - 127 : 127,
        );
        expect(quantizeBlockwise(graph, { block, minWeights })).to.equal(1);
        expect(graph.nodes.some(({ opType }) => opType === 'MatMulNBits')).to.equal(true);
        const batch = [pixels.slice(0, size), pixels.slice(size)];
        const [computed] = await vectorsOf(encodeModel(graph.model), [batch]);

        const byColumn = kind === 'Gemm';
        const stored = { values: wave(rows * columns, 0.9), rows, columns, byColumn };
        const { bytes, scales, blocks } = quantizeBlocks(stored, block);
        const bias = wave(columns, 0.2);
        for (const [at, value] of computed!.entries()) {
          const [item, column] = [Math.floor(at / columns), at % columns];
          let sum = kind === 'Gemm' ? bias[column]! : 0;
          for (let row = 0; row < rows; row++) {
            const cell = column * blocks + Math.floor(row / block);
            sum += pixels[item * size + row]! * (bytes[cell * block + (row % block)]! - 128) * scales[cell]!;
          }
          expect(value).to.be.closeTo(sum, 1e-3);
        }
      });
    }
  }

  it('keeps small matrices, embedding tables and convolutions float32', () => {
    const graph = new Graph(parseModel(towerBytes('random-text')));
    expect(quantizeBlockwise(graph, { block: 32, minWeights: 1e6 })).to.equal(0);
    expect(quantizeBlockwise(graph, { block: 32, minWeights })).to.equal(13);
    const table = graph.nodes.find(({ opType }) => opType === 'Gather')!.input[0]!;
    expect(graph.constant(table)?.dataType).to.equal(1);
  });

  it('leaves a Gemm alone that scales', () => {
    const graph = multiplication('Gemm', 64, 8);
    graph.nodes
      .find(({ opType }) => opType === 'Gemm')!
      .attribute.push({ name: 'alpha', type: AttributeType.float, f: 0.5 });
    expect(quantizeBlockwise(graph, { block: 32, minWeights })).to.equal(0);
  });
});
