import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { channelPeaks } from '../../../src/onnx/int8/channel-peaks.js';
import { Graph } from '../../../src/onnx/rewrite/graph.js';
import { encodeModel, parseModel } from '../../../src/onnx/file/decoded-model.js';
import { floatTensor } from '../../../src/onnx/file/tensor.js';
import { quantizeColumns, quantizeRows } from '../../../src/onnx/int8/row-int8.js';
import { isRowKernelExact } from '../../../src/onnx/int8/row-kernel.js';
import { smoothing } from '../../../src/onnx/int8/smoothing.js';
import { maxDifference, towerBytes, towerCall, towerRows, vectorsOf } from '../graphs.js';
import { multiplication, wave } from '../multiplication.js';

const [minWeights, peaks] = [1, new Map<string, Float32Array>()];
const SIZE = 3 * 32 * 32;
const images = (data: Float32Array<ArrayBuffer>) =>
  Array.from({ length: data.length / SIZE }, (_, item) => data.slice(item * SIZE, (item + 1) * SIZE));
const call = towerCall('random-vision');

describe('int8 by rows', () => {
  it('stores each column with a scale of its own, off by half a step at most, whichever way it lay', () => {
    const [rows, columns] = [70, 3];
    const values = wave(rows * columns, 0.7);
    const { bytes, scales } = quantizeColumns({ values, rows, columns, byColumn: false });
    for (const [at, byte] of bytes.entries()) {
      const scale = scales[at % columns]!;
      expect(Math.abs(byte * scale - values[at]!)).to.be.at.most(scale * 0.501);
    }
    const turned = values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
    expect(quantizeColumns({ values: turned, rows, columns, byColumn: true })).to.deep.equal({
      bytes,
      scales,
    });
  });

  for (const kind of ['MatMul', 'Gemm'] as const) {
    it(`multiplies by exactly the stored weights of a ${kind}`, async () => {
      const [rows, columns, items] = [200, 24, 2];
      const graph = multiplication(kind, rows, columns);
      expect(quantizeRows(graph, { minWeights, peaks })).to.equal(1);
      // Whole numbers up to 127 are what a row's bytes hold without rounding.
      const pixels = Float32Array.from({ length: items * SIZE }, (_, i) =>
        i % 8 ? ((i * 37) % 255) - 127 : 127,
      );
      const [computed] = await vectorsOf(encodeModel(graph.model), [images(pixels)]);
      const byColumn = kind === 'Gemm';
      const stored = quantizeColumns({ values: wave(rows * columns, 0.9), rows, columns, byColumn });
      for (const [at, value] of computed!.entries()) {
        const [item, column] = [Math.floor(at / columns), at % columns];
        let sum = 0;
        for (let row = 0; row < rows; row++)
          sum += pixels[item * SIZE + row]! * stored.bytes[row * columns + column]!;
        const bias = kind === 'Gemm' ? wave(columns, 0.2)[column]! : 0;
        expect(value).to.be.closeTo(sum * stored.scales[column]! + bias, 1e-3);
      }
    });
  }

  it('gives zeros for a row of zeros', async () => {
    const graph = multiplication('MatMul', 64, 8);
    quantizeRows(graph, { minWeights, peaks });
    const [zeros] = await vectorsOf(encodeModel(graph.model), [images(new Float32Array(SIZE))]);
    expect([...zeros!]).to.deep.equal(Array(8).fill(0));
  });

  for (const name of ['random-text', 'openclip-visual-17', 'hf-vision-bmm-14', 'hf-text-equal-dynamo-18']) {
    it(`gives each item of ${name} nearly the float32 vector`, async () => {
      const bytes = towerBytes(name);
      const rows = towerRows(name, 4);
      const model = parseModel(bytes);
      const learned = await channelPeaks(towerOf(bytes), { rows }, towerCall(name), minWeights);
      expect(quantizeRows(new Graph(model), { minWeights, peaks: learned })).to.be.at.least(9);
      const [exact] = await vectorsOf(bytes, [rows]);
      const [quantised] = await vectorsOf(encodeModel(model), [rows]);
      const scale = Math.max(...exact!.map(Math.abs));
      expect(maxDifference(exact!, quantised!)).to.be.within(scale * 1e-5, scale * 0.05);
    });
  }

  it('rounds what queries, keys and values share only once', () => {
    const graph = new Graph(parseModel(towerBytes('random-text')));
    expect(quantizeRows(graph, { minWeights, peaks })).to.equal(13);
    const count = (opType: string) => graph.nodes.filter((node) => node.opType === opType).length;
    expect([count('MatMulIntegerToFloat'), count('QuantizeLinear')]).to.deep.equal([13, 9]);
  });

  it('finds out whether the processor multiplies bytes without loss, as its flags have it', async () => {
    const flags = await readFile('/proc/cpuinfo', 'utf8').catch(() => undefined);
    const isExact = await isRowKernelExact();
    if (process.arch === 'x64' && flags !== undefined) expect(isExact).to.equal(/vnni|amx_int8/.test(flags));
    else expect(isExact).to.equal(true); // other families have no such loss
  });
});

describe('smoothing', () => {
  const matrix = { values: Float32Array.of(1, -4, 9, 9), rows: 2, columns: 2, byColumn: false };

  it('divides a channel by the root of its peak over its largest weight', () => {
    const factors = smoothing(Float32Array.of(16, 0.25), [matrix]);
    expect([...factors!]).to.deep.equal([2, Math.fround(Math.sqrt(0.25 / 9))]);
  });

  it('leaves channels alone that are silent, in activations or weights', () => {
    const silent = { ...matrix, values: Float32Array.of(0, 0, 9, 9) };
    expect([...smoothing(Float32Array.of(16, 0), [silent])!]).to.deep.equal([1, 1]);
  });

  it('is not done where nothing was learned', () => {
    expect(smoothing(undefined, [matrix])).to.equal(undefined);
    expect(smoothing(new Float32Array(2), [matrix])).to.equal(undefined);
  });

  it('brings a row with one large channel nearer to float32', async () => {
    const exact = multiplication('MatMul', 64, 8);
    const row = wave(SIZE, 0.61).map((value, index) => (index === 5 ? 300 : value));
    const error = async (learned: ReadonlyMap<string, Float32Array>) => {
      const graph = multiplication('MatMul', 64, 8);
      quantizeRows(graph, { minWeights, peaks: learned });
      const [before] = await vectorsOf(encodeModel(exact.model), [images(row)]);
      const [after] = await vectorsOf(encodeModel(graph.model), [images(row)]);
      return maxDifference(before!, after!);
    };
    const tower = towerOf(encodeModel(exact.model));
    const learned = await channelPeaks(tower, { rows: images(row) }, call, minWeights);
    expect([...learned.values()][0]?.[5]).to.equal(300);
    expect(await error(learned)).to.be.below((await error(peaks)) / 2);
  });
});

describe('smoothing in the layer before', () => {
  const [name, K] = ['random-text', 32];
  /** The tower's graph, and how large the channels get of what is multiplied there. */
  const tower = async () => {
    const bytes = towerBytes(name);
    const learned = await channelPeaks(
      towerOf(bytes),
      { rows: towerRows(name, 4) },
      towerCall(name),
      minWeights,
    );
    return { graph: new Graph(parseModel(bytes)), learned };
  };
  const norms = (graph: Graph) => graph.nodes.filter(({ opType }) => opType === 'LayerNormalization');
  /** Whether the bytes of a norm's result are of the result itself, with no multiplication between. */
  const isBare = (graph: Graph, value = '') =>
    graph.uses(value).some(({ node }) => node.opType === 'ReduceMin');

  it('is done by a normalisation that nothing else reads, and gives nearly the float32 vectors', async () => {
    const { graph, learned } = await tower();
    const before = norms(graph).map(({ input }) => input.slice(1));
    quantizeRows(graph, { minWeights, peaks: learned });
    const after = norms(graph);
    expect(after).to.have.length(before.length);
    const folded = after.filter(({ output }) => isBare(graph, output[0]));
    expect(folded).to.have.length(4); // two in each of two layers; the last one's result is pooled first
    for (const { input } of folded) expect(before.flat()).to.not.include.members(input.slice(1));
    const rows = towerRows(name, 4);
    const [exact] = await vectorsOf(towerBytes(name), [rows]);
    const [quantised, ...alone] = await vectorsOf(encodeModel(graph.model), [
      rows,
      ...rows.map((row) => [row]),
    ]);
    expect(maxDifference(exact!, quantised!)).to.be.below(Math.max(...exact!.map(Math.abs)) * 0.05);
    expect(maxDifference(Float32Array.from(alone.flatMap((one) => [...one])), quantised!)).to.equal(0);
  });

  it('is left to a multiplication where a way around the layer reads the result, or it is an output', async () => {
    for (const spoil of [
      (graph: Graph, value: string) => graph.addNode('Identity', [value]),
      (graph: Graph, value: string) => graph.model.graph.output.push({ name: value }),
    ]) {
      const { graph, learned } = await tower();
      for (const { output } of norms(graph)) spoil(graph, output[0] ?? '');
      const before = norms(graph).map(({ input }) => [...input]);
      quantizeRows(graph, { minWeights, peaks: learned });
      expect(
        norms(graph)
          .map(({ input }) => input)
          .every((input) => before.some((b) => b.join() === input.join())),
      ).to.equal(true);
    }
  });

  it('is left to a multiplication where gain or shift are not constants of one number for each channel', async () => {
    for (const index of [1, 2]) {
      for (const dims of [[], [1, K]]) {
        const { graph, learned } = await tower();
        const odd = graph.addWeight(
          (fresh) => floatTensor(fresh, dims, new Float32Array(dims.length ? K : 1).fill(1)),
          'odd',
        );
        for (const norm of norms(graph)) graph.setInput({ node: norm, index }, odd);
        quantizeRows(graph, { minWeights, peaks: learned });
        expect(norms(graph).every(({ input }) => input[index] === odd)).to.equal(true);
      }
    }
  });
});

function towerOf(bytes: Uint8Array) {
  return { model: parseModel(bytes), source: { bytes, folder: '' } };
}
