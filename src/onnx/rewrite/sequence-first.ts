import type { AttentionPattern } from './attention-pattern.js';
import type { Graph } from './graph.js';
import type { QueriesKeysValues } from './multi-head-attention.js';
import { addAttention } from './multi-head-attention.js';
import { intAttribute, intsAttribute, isOp, withInt } from './node.js';
import type { OnnxNode, Tensor } from '../file/decoded-model.js';
import { constantInts, constantMatrix } from './shape.js';
import { dimsOf, floatTensor, intTensor, toFloats } from '../file/tensor.js';

/**
 * Fuses attention as OpenCLIP exports it, and answers whether it did: x is transposed to `[N, B, W]`, one matrix makes
 * queries, keys and values, and after the heads are joined a Gemm over `[N·B, W]` is the output projection. The fused
 * form computes the same on x itself, `[B, N, W]`.
 */
export function fuseSequenceFirst(graph: Graph, pattern: AttentionPattern): boolean {
  const packed = packedProjection(graph, pattern);
  const projection = outputProjection(graph, pattern.output);
  const [, heads = 0] = pattern.split;
  if (packed === undefined || projection === undefined || heads < 1) return false;
  const width = packed.width / 3;
  const isSquare = dimsOf(projection.weight).every((size) => size === width);
  if (!Number.isInteger(width / heads) || !isSquare) return false;

  graph.setInput({ node: packed.matmul, index: 0 }, packed.input);
  const sizes = graph.addWeight((name) => intTensor(name, [width, width, width]), 'handspring_split');
  const thirds = graph.addNodeWithOutputs(3, 'Split', [packed.output, sizes], [withInt('axis', 2)]);
  const attended = addAttention(graph, pattern, thirds as unknown as QueriesKeysValues, heads);
  const weight = graph.addWeight((name) => rowsByColumns(name, projection), 'handspring_projection');
  const projected = graph.addNode('MatMul', [attended, weight]);
  graph.replace(projection.result, graph.addNode('Add', [projected, projection.bias]));
  return true;
}

interface PackedProjection {
  readonly matmul: OnnxNode;
  /** `[B, N, W]`, before it is transposed. */
  readonly input: string;
  readonly output: string;
  readonly width: number;
}

/** The one linear layer whose output holds queries, keys and values, each a third. */
function packedProjection(
  graph: Graph,
  { query, key, value }: AttentionPattern,
): PackedProjection | undefined {
  const thirds = [query, key, value].map((part) => graph.producer(part));
  const packed = thirds[0]?.input[0] ?? '';
  const isThird = (node: OnnxNode | undefined, index: number) =>
    isOp(node, 'Gather') &&
    intAttribute(node, 'axis', 0) === 0 &&
    node.input[0] === packed &&
    isIndex(graph, node, index);
  if (!thirds.every(isThird)) return undefined;
  let output = packed;
  for (let node = graph.producer(output); isOp(node, 'Squeeze', 'Transpose', 'Unsqueeze', 'Reshape');) {
    output = node.input[0] ?? '';
    node = graph.producer(output);
  }
  const add = graph.producer(output);
  const matmul = isOp(add, 'Add')
    ? add.input.map((input) => graph.producer(input)).find((node) => isOp(node, 'MatMul'))
    : undefined;
  const transpose = graph.producer(matmul?.input[0] ?? '');
  const width = constantMatrix(graph, matmul?.input[1])?.dims.map(Number)[1];
  if (matmul === undefined || width === undefined || !swapsFirstAxes(transpose)) return undefined;
  if (graph.uses(matmul.output[0] ?? '').length !== 1) return undefined;
  return { matmul, input: transpose.input[0] ?? '', output, width };
}

function isIndex(graph: Graph, gather: OnnxNode, index: number): boolean {
  const numbers = constantInts(graph, gather.input[1]);
  return numbers?.length === 1 && numbers[0] === index;
}

interface OutputProjection {
  readonly weight: Tensor;
  readonly transposed: boolean;
  readonly bias: string;
  /** `[B, N, W]`. */
  readonly result: string;
}

/** The Gemm over all tokens that follows the joined heads, up to where its result is batch-first again. */
function outputProjection(graph: Graph, joined: string): OutputProjection | undefined {
  const gemm = onlyReader(graph, joined);
  if (!isOp(gemm, 'Gemm')) return undefined;
  const weight = constantMatrix(graph, gemm.input[1]);
  const bias = gemm.input[2];
  const plain = ['alpha', 'beta'].every(
    (name) => (gemm.attribute.find((a) => a.name === name)?.f ?? 1) === 1,
  );
  const reshape = onlyReader(graph, gemm.output[0] ?? '');
  const transpose = isOp(reshape, 'Reshape') ? onlyReader(graph, reshape.output[0] ?? '') : undefined;
  if (weight === undefined || !bias || !plain || !swapsFirstAxes(transpose)) return undefined;
  return {
    weight,
    transposed: intAttribute(gemm, 'transB', 0) === 1,
    bias,
    result: transpose.output[0] ?? '',
  };
}

/** The one node that reads a value for more than its shape. */
function onlyReader(graph: Graph, value: string): OnnxNode | undefined {
  const readers = graph.uses(value).filter(({ node }) => !isOp(node, 'Shape'));
  return readers.length === 1 ? readers[0]?.node : undefined;
}

function swapsFirstAxes(node: OnnxNode | undefined): node is OnnxNode {
  return isOp(node, 'Transpose') && intsAttribute(node, 'perm')?.join() === '1,0,2';
}

/** The weights as MatMul wants them, `[in, out]`. */
function rowsByColumns(name: string, { weight, transposed }: OutputProjection): Tensor {
  if (!transposed) return { ...weight, name };
  const [columns = 0, rows = 0] = dimsOf(weight);
  const from = toFloats(weight);
  const to = new Float32Array(from.length);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) to[row * columns + column] = from[column * rows + row] ?? 0;
  }
  return floatTensor(name, [rows, columns], to);
}
