import { byteTensor, floatTensor } from '../file/tensor.js';
import type { Graph } from '../rewrite/graph.js';
import { withInt } from '../rewrite/node.js';
import type { EvenRows } from './even-rows.js';
import { evenRows } from './even-rows.js';
import type { ConstantMatrix, Multiplication } from './multiplications.js';
import { byInput, multiplications } from './multiplications.js';

/** Weights that share one scale: a larger block is smaller and faster, a smaller one closer to float32. */
export type BlockSize = 32 | 128;

/** Zero point of MatMulNBits for 8 bits where none is given: a stored byte means `(byte - 128) * scale`. */
const ZERO_POINT = 128;

/** Level 4 lets the kernel round activations to int8 as well, one scale per row and block: the fast path on CPUs. */
const ACCURACY_LEVEL = 4;

const DOMAIN = 'com.microsoft';

interface BlockInt8Options {
  readonly block: BlockSize;
  /** Matrices of fewer weights than this stay as they are: they cost little time and are worth their accuracy. */
  readonly minWeights: number;
}

/**
 * Turns each multiplication by a constant float32 matrix into MatMulNBits with 8-bit weights, and answers how many.
 * Embedding tables (`byte-tables.ts`) and convolutions are no such multiplications and stay as they are.
 *
 * Activations are scaled by row and block, so no row depends on its neighbours. But in blocks of 128 ONNX Runtime 1.30
 * sums the last of an odd number of rows in another order than it sums all others (measured for 1 to 65 rows; not in
 * blocks of 32), and rounding the next activations to 8 bits lets a vector move by up to 2e-4 for it. So every
 * multiplication is given an even number.
 *
 * Source of the operator's layout: "com.microsoft.MatMulNBits" in ONNX Runtime's docs/ContribOperators.md.
 */
export function quantizeBlockwise(graph: Graph, { block, minWeights }: BlockInt8Options): number {
  const found = multiplications(graph, minWeights);
  for (const readers of byInput(found).values()) {
    const rows = evenRows(graph, readers[0]?.node.input[0] ?? ''); // another name by now, if what makes them was turned too
    for (const reader of readers) multiply(graph, reader, rows, block);
  }
  if (found.length > 0) graph.tidy();
  return found.length;
}

function multiply(
  graph: Graph,
  { node, matrix, bias }: Multiplication,
  activations: EvenRows,
  block: BlockSize,
): void {
  const { rows, columns } = matrix;
  const { bytes, scales, blocks } = quantizeBlocks(matrix, block);
  const name = node.name || 'matmul';
  const weight = graph.addWeight((n) => byteTensor(n, [columns, blocks, block], bytes), `${name}_int8`);
  const scale = graph.addWeight((n) => floatTensor(n, [columns * blocks], scales), `${name}_scales`);
  const attributes = Object.entries({
    K: rows,
    N: columns,
    bits: 8,
    block_size: block,
    accuracy_level: ACCURACY_LEVEL,
  }).map(([key, value]) => withInt(key, value));
  let output = graph.addNode('MatMulNBits', [activations.value, weight, scale], attributes, DOMAIN);
  output = activations.cut(output);
  if (bias !== undefined) output = graph.addNode('Add', [output, bias]);
  graph.replace(node.output[0] ?? '', output);
}

/** Bytes `[N, blocks, block]` and scales `[N * blocks]`; a last block that is not full is padded with zeros. */
export function quantizeBlocks(
  { values, rows, columns, byColumn }: ConstantMatrix,
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
