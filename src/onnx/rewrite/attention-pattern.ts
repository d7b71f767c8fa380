import type { Scale } from './attention-scale.js';
import { scaledBy, times, totalScale } from './attention-scale.js';
import type { Graph } from './graph.js';
import { intAttribute, intsAttribute, isOp } from './node.js';
import type { OnnxNode } from '../file/decoded-model.js';
import { DataType } from '../file/decoded-model.js';
import { shapeParts } from './shape.js';

/** The order of axes in the tensors that queries, keys and values are split from: `[B, N, W]` or `[N, B, W]`. */
export type Layout = 'batch' | 'sequence';

/** Softmax(Q Kᵀ · scale + mask) V, found in the plain operators that exporters write. */
export interface AttentionPattern {
  readonly layout: Layout;
  /** Projected, not yet split into heads. */
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly mask: string | undefined;
  /** The `[…, heads, …]` shape that the query is given. */
  readonly split: readonly (number | undefined)[];
  /** Undefined for the usual 1/√(head size). */
  readonly scale: number | undefined;
  /** The result with its heads joined again: `[B, N, W]`, or `[N·B, W]` in the sequence layout. */
  readonly output: string;
}

/** Ways from a projection to the heads `[B, H, N, D]` or `[B·H, N, D]`, as `R` (reshape) and `T` (transpose) steps. */
const TO_HEADS: Readonly<Record<string, Layout>> = {
  'R4 T0213': 'batch',
  'R4 T0213 R3': 'batch',
  'R3 T102 R4': 'sequence',
};

/** The same for keys, with their last two axes exchanged. */
const TO_TRANSPOSED_HEADS: Readonly<Record<string, Layout>> = {
  'R4 T0231': 'batch',
  'R4 T0213 T0132': 'batch',
  'R4 T0213 R3 T021': 'batch',
  'R4 T0213 R3 T021 R4': 'batch',
  // The dynamo exporter's last shape: its first part is a slice of two sizes.
  'R4 T0213 R3 T021 R3': 'batch',
  'R3 T102 R4 T0132': 'sequence',
};

/** Ways from the heads back to one row per token. */
const FROM_HEADS: Readonly<Record<string, Layout>> = {
  'T0213 R3': 'batch',
  'R4 T0213 R3': 'batch',
  'T2013 R2': 'sequence',
};

/** The attention around a Softmax, or undefined where it is not one of the known forms. */
export function matchAttention(graph: Graph, softmax: OnnxNode): AttentionPattern | undefined {
  const axis = intAttribute(softmax, 'axis', graph.opset >= 13 ? -1 : 1);
  if (axis !== -1 && axis !== 3) return undefined;
  const scores = scoresBelow(graph, softmax.input[0] ?? '');
  const [use, ...others] = graph.uses(behindCast(graph, softmax.output[0] ?? ''));
  if (scores === undefined || !isOp(use?.node, 'MatMul') || use.index !== 0 || others.length > 0)
    return undefined;
  const query = climb(graph, scores.matmul.input[0] ?? '');
  const key = climb(graph, scores.matmul.input[1] ?? '');
  const value = climb(graph, use.node.input[1] ?? '');
  const layout = TO_HEADS[signature(query.steps)];
  const output = layout && joinedHeads(graph, use.node.output[0] ?? '', layout);
  const split = query.steps.find((step) => step.kind === 'R' && step.numbers.length === 4)?.numbers;
  const scale = totalScale([query.scale, key.scale, scores.scale]);
  if (layout === undefined || output === undefined || split === undefined || scale === 'unknown')
    return undefined;
  if (TO_TRANSPOSED_HEADS[signature(key.steps)] !== layout || TO_HEADS[signature(value.steps)] !== layout)
    return undefined;
  if (value.scale.factor !== 1 || value.scale.roots !== 0) return undefined;
  return {
    layout,
    query: query.source,
    key: key.source,
    value: value.source,
    mask: scores.mask,
    split,
    scale,
    output,
  };
}

/** Past casts to float32, which the TorchScript exporter puts behind a softmax that is float32 already. */
function behindCast(graph: Graph, value: string): string {
  const [use, ...others] = graph.uses(value);
  const isCast = isOp(use?.node, 'Cast') && intAttribute(use.node, 'to', 0) === DataType.float;
  return isCast && others.length === 0 ? behindCast(graph, use.node.output[0] ?? '') : value;
}

interface Scores {
  readonly matmul: OnnxNode;
  readonly mask: string | undefined;
  readonly scale: Scale;
}

/** The Q·Kᵀ that a value is made from, by scaling, reshaping and at most one mask added after the scaling. */
function scoresBelow(graph: Graph, value: string, mask?: string, mayMask = true): Scores | undefined {
  const node = graph.producer(value);
  if (isOp(node, 'MatMul')) return { matmul: node, mask, scale: { factor: 1, roots: 0 } };
  if (isOp(node, 'Reshape')) return scoresBelow(graph, node.input[0] ?? '', mask, mayMask);
  const scaled = scaledBy(graph, node);
  if (scaled !== undefined) {
    const inner = scoresBelow(graph, scaled.value, mask, false);
    return inner && { ...inner, scale: times(inner.scale, scaled.scale) };
  }
  if (!isOp(node, 'Add') || !mayMask) return undefined;
  const [left = '', right = ''] = node.input;
  return scoresBelow(graph, left, right, false) ?? scoresBelow(graph, right, left, false);
}

interface Step {
  readonly kind: 'R' | 'T';
  /** The parts of the new shape, or the permutation. */
  readonly numbers: readonly (number | undefined)[];
}

/** Goes up from a value through scaling, reshaping and transposing to where it is computed. */
function climb(graph: Graph, from: string): { source: string; steps: Step[]; scale: Scale } {
  const steps: Step[] = [];
  let scale: Scale = { factor: 1, roots: 0 };
  for (let source = from; ;) {
    const node = graph.producer(source);
    const scaled = scaledBy(graph, node);
    const step = node && stepOf(graph, node);
    if (scaled !== undefined) scale = times(scale, scaled.scale);
    else if (step !== undefined) steps.unshift(step);
    else return { source, steps, scale };
    source = scaled?.value ?? node?.input[0] ?? '';
  }
}

function stepOf(graph: Graph, node: OnnxNode): Step | undefined {
  if (isOp(node, 'Transpose')) return { kind: 'T', numbers: intsAttribute(node, 'perm') ?? [] };
  const parts = isOp(node, 'Reshape') ? shapeParts(graph, node.input[1]) : undefined;
  return parts && { kind: 'R', numbers: parts };
}

/** `R4 T0213`: a reshape to four axes, then a transpose by that permutation. */
function signature(steps: readonly Step[]): string {
  return steps
    .map(({ kind, numbers }) => kind + (kind === 'R' ? String(numbers.length) : numbers.join('')))
    .join(' ');
}

/** Goes down from the heads' result to the value where they are joined, in the one way of the layout. */
function joinedHeads(graph: Graph, from: string, layout: Layout): string | undefined {
  const steps: Step[] = [];
  for (let value = from; ;) {
    const uses = graph.uses(value).filter(({ node }) => !isOp(node, 'Shape'));
    const node = uses[0]?.node;
    const step = node && stepOf(graph, node);
    if (uses.length !== 1 || node === undefined || step === undefined || graph.isOutput(value))
      return undefined;
    steps.push(step);
    value = node.output[0] ?? '';
    if (FROM_HEADS[signature(steps)] === layout) return value;
    if (steps.length >= 3) return undefined;
  }
}
