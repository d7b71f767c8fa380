import type { OnnxNode } from '../file/decoded-model.js';
import type { Graph } from './graph.js';
import { isOp } from './node.js';
import { constantScalar } from './shape.js';

/** A constant factor, times `(1/√(head size))^(roots/2)`, which exporters compute from the shape. */
export interface Scale {
  readonly factor: number;
  readonly roots: number;
}

/** The value that a node only scales, and by what. */
export function scaledBy(
  graph: Graph,
  node: OnnxNode | undefined,
): { value: string; scale: Scale } | undefined {
  if (!isOp(node, 'Mul', 'Div')) return undefined;
  const [left = '', right = ''] = node.input;
  const factor = constantScalar(graph, right);
  if (factor !== undefined)
    return { value: left, scale: { factor: node.opType === 'Mul' ? factor : 1 / factor, roots: 0 } };
  if (node.opType === 'Div') return undefined;
  const leftFactor = constantScalar(graph, left);
  if (leftFactor !== undefined) return { value: right, scale: { factor: leftFactor, roots: 0 } };
  return isRootOfScale(graph, right) ? { value: left, scale: { factor: 1, roots: 1 } } : undefined;
}

/** Whether a value is √(1/√(size of the last axis)), as the TorchScript exporter writes scaled dot products. */
function isRootOfScale(graph: Graph, value: string): boolean {
  const up = (from: string | undefined, kind: string, index = 0) => {
    let node = graph.producer(from ?? '');
    while (isOp(node, 'Cast')) node = graph.producer(node.input[0] ?? '');
    return isOp(node, kind) ? node.input[index] : undefined;
  };
  const quotient = up(value, 'Sqrt');
  const size = up(up(quotient, 'Div', 1), 'Sqrt');
  return constantScalar(graph, up(quotient, 'Div')) === 1 && up(up(size, 'Slice'), 'Shape') !== undefined;
}

/** One scale after the other. */
export function times(a: Scale, b: Scale): Scale {
  return { factor: a.factor * b.factor, roots: a.roots + b.roots };
}

/** All scales as one factor; undefined for the usual 1/√(head size), `unknown` where it is neither. */
export function totalScale(scales: readonly Scale[]): number | undefined | 'unknown' {
  const { factor, roots } = scales.reduce(times);
  if (roots === 0) return factor;
  return roots === 2 && factor === 1 ? undefined : 'unknown';
}
