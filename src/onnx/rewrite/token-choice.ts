import type { Graph } from './graph.js';
import type { Use } from './graph-index.js';
import { intAttribute, isOp, withInt } from './node.js';
import type { OnnxNode } from '../file/decoded-model.js';
import { constantInts, shapeParts } from './shape.js';
import { intTensor } from '../file/tensor.js';

/** A place where a graph takes one token per item out of `[B, N, W]`. */
export interface TokenChoice {
  /** Where the tensor of all tokens is read. */
  readonly use: Use;
  readonly result: string;
  /** Whether the result is `[B, 1, W]` rather than `[B, W]`. */
  readonly keepsAxis: boolean;
  /** Adds the same choice from another `[B, N, W]`, and answers its `[B, 1, W]`. */
  choose(value: string): string;
}

/** The choice that a node makes, if it is one of the forms that exporters write. */
export function tokenChoice(graph: Graph, node: OnnxNode): TokenChoice | undefined {
  if (isOp(node, 'Gather')) return fixedToken(graph, node) ?? flattenedToken(graph, node);
  if (isOp(node, 'Slice')) return slicedToken(graph, node);
  if (isOp(node, 'GatherElements') && intAttribute(node, 'axis', 0) === 1) return copied(graph, node, true);
  if (isOp(node, 'GatherND') && intAttribute(node, 'batch_dims', 0) === 0) {
    const isPair = isOp(graph.producer(node.input[1] ?? ''), 'Concat');
    return isPair && shapeParts(graph, node.input[1])?.length === 2 ? copied(graph, node, false) : undefined;
  }
  return undefined;
}

/** `x[:, 0]`, as image towers take their class token. */
function fixedToken(graph: Graph, node: OnnxNode): TokenChoice | undefined {
  const [index, ...more] = constantInts(graph, node.input[1]) ?? [];
  if (intAttribute(node, 'axis', 0) !== 1 || index === undefined || more.length > 0) return undefined;
  const keepsAxis = graph.constant(node.input[1] ?? '')?.dims.length === 1;
  const choose = (value: string) => {
    const list = graph.addWeight((name) => intTensor(name, [index]), 'handspring_token');
    return graph.addNode('Gather', [value, list], [withInt('axis', 1)]);
  };
  return { use: { node, index: 0 }, result: node.output[0] ?? '', keepsAxis, choose };
}

/** `x[:, 0:1]`. */
function slicedToken(graph: Graph, node: OnnxNode): TokenChoice | undefined {
  const [start, end, axis, step = [1]] = node.input.slice(1).map((input) => constantInts(graph, input));
  const isOne = start?.length === 1 && end?.length === 1 && start[0] !== -1 && end[0] === (start[0] ?? 0) + 1;
  return isOne && axis?.join() === '1' && step[0] === 1 ? copied(graph, node, true) : undefined;
}

/** The rows of `x` laid out as `[B·N, W]`, at `b · N + position`: how PyTorch's exporter writes `x[rows, positions]`. */
function flattenedToken(graph: Graph, node: OnnxNode): TokenChoice | undefined {
  const flatten = graph.producer(node.input[0] ?? '');
  if (!isOp(flatten, 'Flatten') || intAttribute(flatten, 'axis', 1) !== 2) return undefined;
  if (intAttribute(node, 'axis', 0) !== 0 || graph.uses(flatten.output[0] ?? '').length !== 1)
    return undefined;
  const choose = (value: string) => {
    const rows = graph.addNode('Flatten', [value], flatten.attribute);
    return withAxis(graph, graph.addNode('Gather', [rows, ...node.input.slice(1)], node.attribute));
  };
  return { use: { node: flatten, index: 0 }, result: node.output[0] ?? '', keepsAxis: false, choose };
}

/** A choice that is made elsewhere by the same operator with the same further inputs. */
function copied(graph: Graph, node: OnnxNode, keepsAxis: boolean): TokenChoice {
  const choose = (value: string) => {
    const row = graph.addNode(node.opType, [value, ...node.input.slice(1)], node.attribute);
    return keepsAxis ? row : withAxis(graph, row);
  };
  return { use: { node, index: 0 }, result: node.output[0] ?? '', keepsAxis, choose };
}

function withAxis(graph: Graph, row: string): string {
  const shape = graph.addWeight((name) => intTensor(name, [0, 1, -1]), 'handspring_shape');
  return graph.addNode('Reshape', [row, shape]);
}
