import type { Graph } from './graph.js';
import { intAttribute, isOp, withInt } from './node.js';
import type { OnnxNode } from './onnx-file.js';
import { storedMatrix } from './stored-matrix.js';
import { byteTensor, floatTensor } from './tensor.js';

/**
 * Weights that share one scale: a larger block is smaller and faster, a smaller one closer to float32. Activations are
 * scaled per row and block, so no row depends on its neighbours with either. But with 128 the kernel of ONNX Runtime
 * 1.30 sums the last of an odd number of rows in another order, and rounding to 8 bits makes that visible: such a row's
 * vector can move by a third of what the quantisation itself moves it. With an even number of tokens it cannot.
 */
export type BlockSize = 32 | 128;

/** Zero point of MatMulNBits for 8 bits where none is given: a stored byte means `(byte - 128) * scale`. */
const ZERO_POINT = 128;

/** Level 4 lets the kernel round activations to int8 as well, one scale per row and block: the fast path on CPUs. */
const ACCURACY_LEVEL = 4;

const DOMAIN = 'com.microsoft';

export interface BlockInt8Options {
  readonly block: BlockSize;
  /** Matrices of fewer weights than this stay as they are: they cost little time and are worth their accuracy. */
  readonly minWeights: number;
}

/**
 * Turns each multiplication by a constant float32 matrix into MatMulNBits with 8-bit weights, and answers how many.
 * Embedding tables and convolutions are no such multiplications and stay float32.
 *
 * Source of the operator's layout: "com.microsoft.MatMulNBits" in ONNX Runtime's docs/ContribOperators.md.
 */
export function quantizeMatMuls(graph: Graph, options: BlockInt8Options): number {
  const nodes = graph.nodes.filter((node) => isOp(node, 'MatMul', 'Gemm'));
  const count = nodes.filter((node) => quantizeNode(graph, node, options)).length;
  if (count > 0) graph.settle();
  return count;
}

function quantizeNode(graph: Graph, node: OnnxNode, options: BlockInt8Options): boolean {
  const matrix = weightOf(graph, node);
  if (matrix === undefined) return false;
  const { rows, columns } = matrix;
  if (rows * columns < options.minWeights) return false;
  const { bytes, scales, blocks } = quantizeBlocks(matrix, options.block);
  const name = node.name || 'matmul';
  const weight = graph.addWeight(
    (n) => byteTensor(n, [columns, blocks, options.block], bytes),
    `${name}_int8`,
  );
  const scale = graph.addWeight((n) => floatTensor(n, [columns * blocks], scales), `${name}_scales`);
  const attributes = Object.entries({
    K: rows,
    N: columns,
    bits: 8,
    block_size: options.block,
    accuracy_level: ACCURACY_LEVEL,
  }).map(([key, value]) => withInt(key, value));
  let output = graph.addNode('MatMulNBits', [node.input[0] ?? '', weight, scale], attributes, DOMAIN);
  const bias = node.opType === 'Gemm' ? node.input[2] : undefined;
  if (bias) output = graph.addNode('Add', [output, bias]);
  graph.replace(node.output[0] ?? '', output);
  return true;
}

interface Matrix {
  readonly values: Float32Array;
  /** Length of the sum (K) and count of outputs (N). */
  readonly rows: number;
  readonly columns: number;
  /** Whether `values` holds one output's weights after the other (`[N, K]`) rather than `[K, N]`. */
  readonly byColumn: boolean;
}

/** The constant matrix that a node multiplies by, if it has one and does nothing else that MatMulNBits cannot. */
function weightOf(graph: Graph, node: OnnxNode): Matrix | undefined {
  const factor = (name: string) => node.attribute.find((attribute) => attribute.name === name)?.f ?? 1;
  if (factor('alpha') !== 1 || factor('beta') !== 1 || intAttribute(node, 'transA', 0) !== 0)
    return undefined;
  const matrix = storedMatrix(graph, node.input[1] ?? '');
  if (matrix === undefined) return undefined;
  const byColumn = intAttribute(node, 'transB', 0) === 1;
  const [first, second] = matrix.dims;
  const [rows, columns] = byColumn ? [second, first] : [first, second];
  return { values: matrix.values, rows, columns, byColumn };
}

/** Bytes `[N, blocks, block]` and scales `[N * blocks]`; a last block that is not full is padded with zeros. */
export function quantizeBlocks(
  { values, rows, columns, byColumn }: Matrix,
  block: number,
): { bytes: Uint8Array; scales: Float32Array; blocks: number } {
  const blocks = Math.ceil(rows / block);
  const bytes = new Uint8Array(columns * blocks * block).fill(ZERO_POINT);
  const scales = new Float32Array(columns * blocks);
  const [rowStep, columnStep] = byColumn ? [1, rows] : [columns, 1];
  for (let column = 0; column < columns; column++) {
    for (let b = 0; b < blocks; b++) {
      const start = b * block;
      const end = Math.min(start + block, rows);
      let largest = 0;
      for (let row = start; row < end; row++) {
        largest = Math.max(largest, Math.abs(values[row * rowStep + column * columnStep] ?? 0));
      }
      if (largest === 0) continue;
      const scale = Math.fround(largest / 127);
      const at = column * blocks + b;
      scales[at] = scale;
      for (let row = start; row < end; row++) {
        const weight = values[row * rowStep + column * columnStep] ?? 0;
        bytes[at * block + row - start] = Math.round(weight / scale) + ZERO_POINT;
      }
    }
  }
  return { bytes, scales, blocks };
}
