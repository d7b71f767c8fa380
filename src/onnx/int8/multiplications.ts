import type { OnnxNode } from '../file/decoded-model.js';
import type { Graph } from '../rewrite/graph.js';
import { intAttribute, isOp } from '../rewrite/node.js';
import { storedMatrix } from './stored-matrix.js';

/** The constant side of a multiplication. */
export interface ConstantMatrix {
  readonly values: Float32Array;
  /** Length of the sum (K) and count of outputs (N). */
  readonly rows: number;
  readonly columns: number;
  /** Whether `values` holds one output's weights after the other (`[N, K]`) rather than `[K, N]`. */
  readonly byColumn: boolean;
}

/** A MatMul or Gemm by a constant matrix. */
export interface Multiplication {
  /** Its first input is what is multiplied: activations `[…, K]`. */
  readonly node: OnnxNode;
  readonly matrix: ConstantMatrix;
  /** Added afterwards, if there is one. */
  readonly bias: string | undefined;
}

/** All multiplications by constant float32 matrices of at least so many weights. */
export function multiplications(graph: Graph, minWeights: number): Multiplication[] {
  return graph.nodes
    .filter((node) => isOp(node, 'MatMul', 'Gemm'))
    .flatMap((node) => {
      const matrix = constantMatrix(graph, node);
      if (matrix === undefined || matrix.rows * matrix.columns < minWeights) return [];
      const bias = node.input[2];
      return [{ node, matrix, bias: bias === '' ? undefined : bias }];
    });
}

/** The multiplications by the name of what they multiply: queries, keys and values are made from the same rows. */
export function byInput(found: readonly Multiplication[]): Map<string, Multiplication[]> {
  const groups = new Map<string, Multiplication[]>();
  for (const multiplication of found) {
    const input = multiplication.node.input[0] ?? '';
    groups.set(input, [...(groups.get(input) ?? []), multiplication]);
  }
  return groups;
}

/** The matrix that a node multiplies by, if it is constant and the node does nothing else but add a bias. */
function constantMatrix(graph: Graph, node: OnnxNode): ConstantMatrix | undefined {
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
