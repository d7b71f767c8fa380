import type { Graph } from './graph.js';
import { isOp } from './node.js';
import { toFloats, toInts } from '../file/tensor.js';
import type { Tensor } from '../file/decoded-model.js';
import { DataType } from '../file/decoded-model.js';

/** The numbers of a constant integer list; undefined if it is computed. */
export function constantInts(graph: Graph, value: string | undefined): number[] | undefined {
  const tensor = graph.constant(value ?? '');
  return tensor && toInts(tensor);
}

/** A constant float32 of one element; undefined for anything else. */
export function constantScalar(graph: Graph, value: string | undefined): number | undefined {
  const tensor = graph.constant(value ?? '');
  if (tensor?.dataType !== DataType.float) return undefined;
  if (tensor.dims.some((size) => Number(size) !== 1)) return undefined;
  return toFloats(tensor)[0];
}

/** A constant float32 matrix; undefined for anything else. */
export function constantMatrix(graph: Graph, value: string | undefined): Tensor | undefined {
  const tensor = graph.constant(value ?? '');
  return tensor?.dataType === DataType.float && tensor.dims.length === 2 ? tensor : undefined;
}

/**
 * The parts of a shape as exporters build it, undefined for a part that is computed; undefined as a whole if even their
 * number is not known.
 */
export function shapeParts(graph: Graph, value: string | undefined): (number | undefined)[] | undefined {
  const ints = constantInts(graph, value);
  if (ints !== undefined) return ints;
  const node = graph.producer(value ?? '');
  if (!isOp(node, 'Concat')) return undefined;
  return node.input.flatMap((part) => constantInts(graph, part) ?? [undefined]);
}

/** The number of dimensions of a value, where a few steps up tell it. */
export function rankOf(graph: Graph, value: string | undefined): number | undefined {
  const constant = graph.constant(value ?? '');
  if (constant !== undefined) return constant.dims.length;
  const node = graph.producer(value ?? '');
  const [first, second] = node?.input ?? [];
  if (isOp(node, 'Slice', 'Cast', 'Identity', 'Less')) return rankOf(graph, first);
  if (isOp(node, 'ConstantOfShape')) return shapeParts(graph, first)?.length;
  if (isOp(node, 'Reshape')) return shapeParts(graph, second)?.length;
  if (isOp(node, 'Unsqueeze')) return sum(rankOf(graph, first), constantInts(graph, second)?.length);
  // An expanded mask already has all its axes; exporters only lengthen them.
  if (isOp(node, 'Expand')) return shapeParts(graph, second)?.length ?? rankOf(graph, first);
  if (isOp(node, 'Where', 'Add', 'Mul')) return largest(node.input.map((input) => rankOf(graph, input)));
  return undefined;
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

/** Operands broadcast, so the largest rank known is the result's if it is the mask's own; the comparison proves it. */
function largest(ranks: (number | undefined)[]): number | undefined {
  const known = ranks.filter((rank) => rank !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
