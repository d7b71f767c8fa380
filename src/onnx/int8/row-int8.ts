import { byteTensor, floatTensor, intTensor, signedByteTensor } from '../file/tensor.js';
import type { Graph } from '../rewrite/graph.js';
import { withInts } from '../rewrite/node.js';
import type { ChannelPeaks } from './channel-peaks.js';
import { foldIntoNorm } from './fold-smoothing.js';
import type { ConstantMatrix, Multiplication } from './multiplications.js';
import { byInput, multiplications } from './multiplications.js';
import { smoothing } from './smoothing.js';

/** Both sides use −127 to 127, so that nothing is cut at one end. */
const LARGEST = 127;

/** Stored for 0 in activations, which are unsigned: the kernels of x86 multiply unsigned by signed bytes. */
const ZERO_POINT = 128;

/** From this version on the axes of a reduction are an input. */
const OPSET_AXES_AS_INPUT = 18;

interface RowInt8Options {
  /** Matrices of fewer weights than this stay as they are: they cost little time and are worth their accuracy. */
  readonly minWeights: number;
  /** How large the activations get; those without an entry are not smoothed. */
  readonly peaks: ChannelPeaks;
}

/** Activations as bytes `[…, K]`, and what one step of a row's bytes is worth `[…, 1]`. */
interface Quantised {
  readonly bytes: string;
  readonly step: string;
}

/**
 * Turns each multiplication by a constant float32 matrix into one of whole numbers, and answers how many. There is one
 * scale for each column of the matrix, and one for each row of activations (one token), found as it comes. Sums of whole
 * numbers are exact in any order, so a row's result depends on nothing but the row: not on its neighbours, not on the
 * size of the batch. Large channels are first made smaller (`smoothing.ts`).
 *
 * Source of the operator: "com.microsoft.MatMulIntegerToFloat" in ONNX Runtime's docs/ContribOperators.md.
 */
export function quantizeRows(graph: Graph, { minWeights, peaks }: RowInt8Options): number {
  const found = multiplications(graph, minWeights);
  for (const [input, readers] of byInput(found)) {
    const factors = smoothing(
      peaks.get(input),
      readers.map(({ matrix }) => matrix),
    );
    const rows = readers[0]?.node.input[0] ?? ''; // another name by now, if what makes them was turned too
    const smoothed = factors && smooth(graph, rows, factors, readers);
    const activations = quantizeActivations(graph, smoothed ?? rows);
    for (const reader of readers) multiply(graph, reader, factors, activations);
  }
  if (found.length > 0) graph.tidy();
  return found.length;
}

/** The input divided by the factors, in the layer before where that can. */
function smooth(
  graph: Graph,
  input: string,
  factors: Float32Array,
  readers: readonly Multiplication[],
): string {
  const nodes = readers.map(({ node }) => node);
  if (foldIntoNorm(graph, input, factors, nodes)) return input;
  const inverse = graph.addWeight(
    (name) =>
      floatTensor(
        name,
        [factors.length],
        factors.map((f) => 1 / f),
      ),
    'smooth',
  );
  return graph.addNode('Mul', [input, inverse]);
}

function quantizeActivations(graph: Graph, input: string): Quantised {
  const lowest = graph.addNode('Neg', [reduceLast(graph, 'ReduceMin', input)]);
  // A row of zeros has no scale of its own; whatever it is divided by, it stays zero.
  const largest = graph.addNode('Max', [reduceLast(graph, 'ReduceMax', input), lowest, number(graph, 1e-30)]);
  const scaled = graph.addNode('Mul', [input, graph.addNode('Div', [number(graph, LARGEST), largest])]);
  const bytes = graph.addNode('QuantizeLinear', [scaled, number(graph, 1), zeroPoint(graph)]);
  return { bytes, step: graph.addNode('Mul', [largest, number(graph, 1 / LARGEST)]) };
}

function reduceLast(graph: Graph, opType: 'ReduceMax' | 'ReduceMin', input: string): string {
  if (graph.opset < OPSET_AXES_AS_INPUT) return graph.addNode(opType, [input], [withInts('axes', [-1])]);
  return graph.addNode(opType, [input, graph.addWeight((name) => intTensor(name, [-1]), 'axes')]);
}

function multiply(
  graph: Graph,
  { node, matrix, bias }: Multiplication,
  factors: Float32Array | undefined,
  { bytes, step }: Quantised,
): void {
  const { rows, columns } = matrix;
  const stored = quantizeColumns(matrix, factors);
  const stem = node.name || 'matmul';
  const weight = graph.addWeight(
    (name) => signedByteTensor(name, [rows, columns], stored.bytes),
    `${stem}_int8`,
  );
  const scales = graph.addWeight((name) => floatTensor(name, [columns], stored.scales), `${stem}_scales`);
  const inputs = [bytes, weight, number(graph, 1), scales, zeroPoint(graph)];
  let output = graph.addNode('MatMulIntegerToFloat', inputs, [], 'com.microsoft');
  output = graph.addNode('Mul', [output, step]);
  if (bias !== undefined) output = graph.addNode('Add', [output, bias]);
  graph.replace(node.output[0] ?? '', output);
}

function number(graph: Graph, value: number): string {
  return graph.addWeight((name) => floatTensor(name, [], Float32Array.of(value)), 'number');
}

function zeroPoint(graph: Graph): string {
  return graph.addWeight((name) => byteTensor(name, [], Uint8Array.of(ZERO_POINT)), 'zero_point');
}

/** The matrix, each row times its factor, as bytes `[K, N]` and one scale for each column `[N]`. */
export function quantizeColumns(
  { values, rows, columns, byColumn }: ConstantMatrix,
  factors?: Float32Array,
): { bytes: Int8Array; scales: Float32Array } {
  const [rowStep, columnStep] = byColumn ? [1, rows] : [columns, 1];
  const weight = (row: number, column: number) =>
    (values[row * rowStep + column * columnStep] ?? 0) * (factors?.[row] ?? 1);
  const scales = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      scales[column] = Math.max(scales[column] ?? 0, Math.abs(weight(row, column)) / LARGEST);
    }
  }
  const bytes = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const scale = scales[column] ?? 0;
      if (scale > 0) bytes[row * columns + column] = clampToByte(weight(row, column) / scale);
    }
  }
  return { bytes, scales };
}

/** Rounding a scale to float32 can carry the largest weight to 127.00001, never further. */
function clampToByte(steps: number): number {
  return Math.max(-LARGEST, Math.min(LARGEST, Math.round(steps)));
}
