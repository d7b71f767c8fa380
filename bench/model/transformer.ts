import type { OnnxGraph } from './onnx-graph.js';
import type { RandomWeights } from './random-weights.js';
import type { NamedTensor } from './safetensors.js';

/** What is told of each weight as it is made. */
export type WeightListener = (tensor: NamedTensor) => void;

/**
 * Layers of a transformer, added to a graph with random weights. Values are `[batch, positions, width]`. Each weight has
 * the name that Hugging Face's CLIP gives it, and is told of in the layout that it has there.
 */
export class Transformer {
  readonly #listen: WeightListener;

  constructor(
    readonly graph: OnnxGraph,
    readonly random: RandomWeights,
    listen: WeightListener,
  ) {
    this.#listen = listen;
  }

  /** A weight of that shape. */
  weight(name: string, dims: readonly number[], deviation: number): string {
    const length = dims.reduce((product, dim) => product * dim, 1);
    return this.#add(name, dims, this.random(length, deviation));
  }

  linear(x: string, name: string, from: number, to: number): string {
    const product = this.project(x, name, from, to);
    return this.graph.node('Add', [product, this.weight(`${name}.bias`, [to], 0.02)]);
  }

  /** A linear layer without a bias; its value goes by the name `output`, if there is one. */
  project(x: string, name: string, from: number, to: number, output?: string): string {
    const values = this.random(from * to, from ** -0.5);
    const transposed = () => transpose(values, from, to);
    this.#listen({ name: `${name}.weight`, dims: [to, from], values: transposed });
    return this.graph.node('MatMul', [x, this.graph.floats([from, to], values)], {}, output);
  }

  norm(x: string, name: string, width: number): string {
    const one = this.#add(`${name}.weight`, [width], new Float32Array(width).fill(1));
    const zero = this.#add(`${name}.bias`, [width], new Float32Array(width));
    return this.graph.node('LayerNormalization', [x, one, zero], { axis: -1, epsilon: { float: 1e-5 } });
  }

  /** One layer as in CLIP: the norm before, attention, then a QuickGELU of four times the width. */
  layer(x: string, name: string, width: number, heads: number, mask?: string): string {
    const { graph } = this;
    const calm = this.norm(x, `${name}.layer_norm1`, width);
    const attended = graph.node('Add', [x, this.#attention(calm, `${name}.self_attn`, width, heads, mask)]);
    const normed = this.norm(attended, `${name}.layer_norm2`, width);
    const wide = this.linear(normed, `${name}.mlp.fc1`, width, 4 * width);
    const gate = graph.node('Sigmoid', [graph.node('Mul', [wide, this.#scalar(1.702)])]);
    const narrow = this.linear(graph.node('Mul', [wide, gate]), `${name}.mlp.fc2`, 4 * width, width);
    return graph.node('Add', [attended, narrow]);
  }

  #attention(x: string, name: string, width: number, heads: number, mask?: string): string {
    const { graph } = this;
    const size = width / heads;
    const split = graph.ints([0, 0, heads, size]);
    const part = (which: string) => this.linear(x, `${name}.${which}_proj`, width, width);
    const toHeads = (value: string, perm: number[]) =>
      graph.node('Transpose', [graph.node('Reshape', [value, split])], { perm });
    const scaled = graph.node('Mul', [part('q'), this.#scalar(size ** -0.5)]);
    const query = toHeads(scaled, [0, 2, 1, 3]);
    const key = toHeads(part('k'), [0, 2, 3, 1]);
    const value = toHeads(part('v'), [0, 2, 1, 3]);
    const scores = graph.node('MatMul', [query, key]);
    const weights = graph.node('Softmax', [mask ? graph.node('Add', [scores, mask]) : scores], { axis: -1 });
    const mixed = graph.node('Transpose', [graph.node('MatMul', [weights, value])], { perm: [0, 2, 1, 3] });
    const joined = graph.node('Reshape', [mixed, graph.ints([0, 0, width])]);
    return this.linear(joined, `${name}.out_proj`, width, width);
  }

  #add(name: string, dims: readonly number[], values: Float32Array): string {
    this.#listen({ name, dims, values: () => values });
    return this.graph.floats(dims, values);
  }

  #scalar(value: number): string {
    return this.graph.floats([], Float32Array.of(value));
  }
}

/** A matrix of so many rows and columns, turned over. */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = values[at++] ?? NaN;
  }
  return turned;
}
