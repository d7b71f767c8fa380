import type { AttentionPattern } from './attention-pattern.js';
import type { Graph } from './graph.js';
import { withFloat, withInt } from './node.js';
import { rankOf } from './shape.js';
import { intTensor } from '../file/tensor.js';

/** Queries, keys and values, each `[B, N, W]`. */
export type QueriesKeysValues = readonly [string, string, string];

/**
 * Whether the operator can take the pattern's mask: its number of axes must be known, so that those of batch and heads
 * can be put before.
 */
export function canTakeMask(graph: Graph, { mask }: AttentionPattern): boolean {
  return mask === undefined || [2, 4].includes(rankOf(graph, mask) ?? 0);
}

/**
 * Adds `com.microsoft.MultiHeadAttention` and answers its output, `[B, N, W]`. Source of its inputs: ONNX Runtime's
 * docs/ContribOperators.md.
 */
export function addAttention(
  graph: Graph,
  { mask, scale }: AttentionPattern,
  inputs: QueriesKeysValues,
  heads: number,
): string {
  const attributes = [withInt('num_heads', heads)];
  if (scale !== undefined) attributes.push(withFloat('scale', scale));
  // The bias of the projections and the padding mask, which come before the mask, are left out.
  const all = mask === undefined ? [...inputs] : [...inputs, '', '', withFourAxes(graph, mask)];
  return graph.addNode('MultiHeadAttention', all, attributes, 'com.microsoft');
}

function withFourAxes(graph: Graph, mask: string): string {
  if (rankOf(graph, mask) === 4) return mask;
  const axes = graph.addWeight((name) => intTensor(name, [0, 1]), 'handspring_axes');
  return graph.addNode('Unsqueeze', [mask, axes]);
}
