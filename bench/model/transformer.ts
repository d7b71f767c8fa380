import type { OnnxGraph } from './onnx-graph.js';
import type { RandomWeights } from './random-weights.js';

/** Layers of a transformer, added to a graph with random weights. Values are `[batch, positions, width]`. */
export class Transformer {
  constructor(
    readonly graph: OnnxGraph,
    readonly random: RandomWeights,
  ) {}

  /** A weight of that shape. */
  weight(dims: readonly number[], deviation: number): string {
    const length = dims.reduce((product, dim) => product * dim, 1);
    return this.graph.floats(dims, this.random(length, deviation));
  }

  linear(x: string, from: number, to: number): string {
    const product = this.graph.node('MatMul', [x, this.weight([from, to], from ** -0.5)]);
    return this.graph.node('Add', [product, this.weight([to], 0.02)]);
  }

  norm(x: string, width: number): string {
    const one = this.graph.floats([width], new Float32Array(width).fill(1));
    const zero = this.graph.floats([width], new Float32Array(width));
    return this.graph.node('LayerNormalization', [x, one, zero], { axis: -1, epsilon: { float: 1e-5 } });
  }

  /** One layer as in CLIP: the norm before, attention, then a QuickGELU of four times the width. */
  layer(x: string, width: number, heads: number, mask?: string): string {
    const { graph } = this;
    const attended = graph.node('Add', [x, this.attention(this.norm(x, width), width, heads, mask)]);
    const wide = this.linear(this.norm(attended, width), width, 4 * width);
    const gate = graph.node('Sigmoid', [graph.node('Mul', [wide, this.scalar(1.702)])]);
    return graph.node('Add', [attended, this.linear(graph.node('Mul', [wide, gate]), 4 * width, width)]);
  }

  private attention(x: string, width: number, heads: number, mask?: string): string {
    const { graph } = this;
    const size = width / heads;
    const split = graph.ints([0, 0, heads, size]);
    const toHeads = (value: string, perm: number[]) =>
      graph.node('Transpose', [graph.node('Reshape', [value, split])], { perm });
    const scaled = graph.node('Mul', [this.linear(x, width, width), this.scalar(size ** -0.5)]);
    const query = toHeads(scaled, [0, 2, 1, 3]);
    const key = toHeads(this.linear(x, width, width), [0, 2, 3, 1]);
    const value = toHeads(this.linear(x, width, width), [0, 2, 1, 3]);
    const scores = graph.node('MatMul', [query, key]);
    const weights = graph.node('Softmax', [mask ? graph.node('Add', [scores, mask]) : scores], { axis: -1 });
    const mixed = graph.node('Transpose', [graph.node('MatMul', [weights, value])], { perm: [0, 2, 1, 3] });
    return this.linear(graph.node('Reshape', [mixed, graph.ints([0, 0, width])]), width, width);
  }

  private scalar(value: number): string {
    return this.graph.floats([], Float32Array.of(value));
  }
}
