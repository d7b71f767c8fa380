import type { AttentionPattern } from './attention-pattern.js';
import { matchAttention } from './attention-pattern.js';
import type { Graph } from './graph.js';
import { addAttention, canTakeMask } from './multi-head-attention.js';
import { isOp } from './node.js';
import type { OnnxNode } from '../file/decoded-model.js';
import { fuseSequenceFirst } from './sequence-first.js';
import { constantMatrix } from './shape.js';
import { readSizesBeforeTransposes } from './shape-of-transpose.js';

/** The first opset whose Split and Unsqueeze take their numbers as inputs, which is how they are written here. */
const MIN_OPSET = 13;

/**
 * Puts ONNX Runtime's `com.microsoft.MultiHeadAttention` in place of attention written in plain operators, and answers
 * how many. With it go the transposes around it; in OpenCLIP's graphs, which compute with the sequence first, the whole
 * layer stays batch-first.
 */
export function fuseAttention(graph: Graph): number {
  if (graph.opset < MIN_OPSET) return 0;
  const softmaxes = graph.nodes.filter((node) => isOp(node, 'Softmax'));
  const count = softmaxes.filter((softmax) => fuseOne(graph, softmax)).length;
  if (count === 0) return 0;
  readSizesBeforeTransposes(graph);
  graph.tidy();
  return count;
}

function fuseOne(graph: Graph, softmax: OnnxNode): boolean {
  const pattern = matchAttention(graph, softmax);
  if (pattern === undefined || !canTakeMask(graph, pattern)) return false;
  return pattern.layout === 'batch' ? fuseBatchFirst(graph, pattern) : fuseSequenceFirst(graph, pattern);
}

function fuseBatchFirst(graph: Graph, pattern: AttentionPattern): boolean {
  const { query, key, value, output, split } = pattern;
  const [, , heads = 0, size = 0] = split;
  const count = heads > 0 ? heads : (widthOf(graph, query) ?? 0) / size;
  if (!Number.isInteger(count) || count < 1) return false;
  graph.replace(output, addAttention(graph, pattern, [query, key, value], count));
  return true;
}

/** The width of a linear layer's output, read from its weights. */
function widthOf(graph: Graph, value: string): number | undefined {
  const node = graph.producer(value);
  if (isOp(node, 'MatMul')) return constantMatrix(graph, node.input[1])?.dims.map(Number)[1];
  if (!isOp(node, 'Add')) return undefined;
  return node.input.map((input) => widthOf(graph, input)).find((width) => width !== undefined);
}
