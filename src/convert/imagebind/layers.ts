import { withFloat, withInt, withInts } from '../../onnx/rewrite/node.js';
import type { GraphBuilder } from '../../onnx/write/graph-builder.js';
import { CheckpointError } from '../checkpoint/not-a-checkpoint.js';
import type { Weights } from '../checkpoint/checkpoint.js';

/** Of the layer norms in the trunks and heads; that of a stem has PyTorch's own. */
export const TRUNK_EPSILON = 1e-6;
export const STEM_EPSILON = 1e-5;

/** Rows of a matrix: from which on, and how many. */
interface Rows {
  readonly from: number;
  readonly count: number;
}

/**
 * Layers of ImageBind's towers, added to a graph with the weights of a checkpoint. Values are `[batch, tokens, width]`.
 * Each weight is looked for by its name and has to have the shape that the layer needs.
 * Source: facebookresearch/ImageBind, imagebind/models/transformer.py.
 */
export class Layers {
  constructor(
    readonly graph: GraphBuilder,
    readonly weights: Weights,
  ) {}

  /** The shape of a tensor. @throws CheckpointError if there is none of that name. */
  dims(name: string): readonly number[] {
    const dims = this.weights.dims(name);
    if (!dims) throw new CheckpointError(`${name}: expected a tensor of that name, there is none`);
    return dims;
  }

  /**
   * A weight as it lies in the checkpoint, in another shape of as many numbers if need be.
   * @param expected Its shape there.
   */
  weight(name: string, expected: readonly number[], shape = expected): string {
    this.#check(name, expected);
    return this.graph.weight(name, { dims: shape, read: () => this.weights.floats(name) });
  }

  /** `x Wᵀ + b`, as PyTorch's Linear. */
  linear(x: string, name: string, from: number, to: number): string {
    return this.#add(this.project(x, `${name}.weight`, from, to), this.weight(`${name}.bias`, [to]));
  }

  /** `x Wᵀ` with a weight `[to, from]`, turned over as ONNX multiplies. */
  project(x: string, name: string, from: number, to: number): string {
    this.#check(name, [to, from]);
    return this.#multiply(x, name, name, from, { from: 0, count: to });
  }

  norm(x: string, name: string, width: number, epsilon = TRUNK_EPSILON): string {
    const both = ['weight', 'bias'].map((part) => this.weight(`${name}.${part}`, [width]));
    return this.graph.node(
      'LayerNormalization',
      [x, ...both],
      [withInt('axis', -1), withFloat('epsilon', epsilon)],
    );
  }

  /** A block: the norm before, attention; the norm before, two linear layers with an exact GELU between. */
  block(x: string, name: string, heads: number, mask?: string): string {
    const [width = 0] = this.dims(`${name}.norm_1.weight`);
    const [inner = 0] = this.dims(`${name}.mlp.fc1.weight`);
    const normed = this.norm(x, `${name}.norm_1`, width);
    const attended = this.#add(x, this.#attention(normed, `${name}.attn`, width, heads, mask));
    const wide = this.linear(this.norm(attended, `${name}.norm_2`, width), `${name}.mlp.fc1`, width, inner);
    return this.#add(attended, this.linear(this.#gelu(wide), `${name}.mlp.fc2`, inner, width));
  }

  /** A value `[1, …]` once for each item of the batch: `like` is a value of that batch. */
  perItem(value: string, like: string, tokens: number, width: number): string {
    const batch = this.graph.node('Slice', [this.graph.node('Shape', [like]), this.#ints(0), this.#ints(1)]);
    const shape = this.graph.node('Concat', [batch, this.#ints(tokens, width)], [withInt('axis', 0)]);
    return this.graph.node('Expand', [value, shape]);
  }

  /** PyTorch's multi-head attention; with one learned key and value behind the others where the checkpoint has them. */
  #attention(x: string, name: string, width: number, heads: number, mask?: string): string {
    const { graph } = this;
    const size = width / heads;
    const [query, key, value] = this.#inputs(x, name, width);
    const [keys, values] = this.#withLearned(x, name, width, key, value);
    const split = graph.ints([0, 0, heads, size]);
    const toHeads = (from: string, ...perm: number[]) =>
      graph.node('Transpose', [graph.node('Reshape', [from, split])], [withInts('perm', perm)]);
    const scaled = graph.node('Mul', [query, graph.scalar(size ** -0.5)]);
    const scores = graph.node('MatMul', [toHeads(scaled, 0, 2, 1, 3), toHeads(keys, 0, 2, 3, 1)]);
    const masked = mask === undefined ? scores : this.#add(scores, mask);
    const shares = graph.node('Softmax', [masked], [withInt('axis', -1)]);
    const mixed = graph.node('MatMul', [shares, toHeads(values, 0, 2, 1, 3)]);
    const joined = graph.node('Reshape', [
      graph.node('Transpose', [mixed], [withInts('perm', [0, 2, 1, 3])]),
      this.#ints(0, 0, width),
    ]);
    return this.linear(joined, `${name}.out_proj`, width, width);
  }

  /** Queries, keys and values, whose weights lie in one matrix, one under the other. */
  #inputs(x: string, name: string, width: number): [string, string, string] {
    this.#check(`${name}.in_proj_weight`, [3 * width, width]);
    this.#check(`${name}.in_proj_bias`, [3 * width]);
    const part = (which: string, at: number) => {
      const rows = { from: at * width, count: width };
      const product = this.#multiply(x, `${name}.${which}.weight`, `${name}.in_proj_weight`, width, rows);
      const read = async () => {
        const all = await this.weights.floats(`${name}.in_proj_bias`);
        return all.slice(rows.from, rows.from + rows.count);
      };
      return this.#add(product, this.graph.weight(`${name}.${which}.bias`, { dims: [width], read }));
    };
    return [part('query', 0), part('key', 1), part('value', 2)];
  }

  #withLearned(x: string, name: string, width: number, key: string, value: string): [string, string] {
    if (!this.weights.dims(`${name}.bias_k`)) return [key, value];
    const withOne = (of: string, learned: string) => {
      const one = this.weight(`${name}.${learned}`, [1, 1, width]);
      const row = this.perItem(one, x, 1, width);
      return this.graph.node('Concat', [of, row], [withInt('axis', 1)]);
    };
    return [withOne(key, 'bias_k'), withOne(value, 'bias_v')];
  }

  /** `x / 2 · (1 + erf(x / √2))` */
  #gelu(x: string): string {
    const { graph } = this;
    const erf = graph.node('Erf', [graph.node('Div', [x, graph.scalar(Math.SQRT2)])]);
    const gated = graph.node('Mul', [x, this.#add(erf, graph.scalar(1))]);
    return graph.node('Mul', [gated, graph.scalar(0.5)]);
  }

  #multiply(x: string, name: string, source: string, columns: number, { from, count }: Rows): string {
    const read = async () => {
      const all = await this.weights.floats(source);
      return transposed(all.subarray(from * columns, (from + count) * columns), count, columns);
    };
    return this.graph.node('MatMul', [x, this.graph.weight(name, { dims: [columns, count], read })]);
  }

  #add(a: string, b: string): string {
    return this.graph.node('Add', [a, b]);
  }

  #ints(...values: number[]): string {
    return this.graph.ints(values);
  }

  #check(name: string, expected: readonly number[]): void {
    const dims = this.dims(name);
    if (dims.length === expected.length && dims.every((size, at) => size === expected[at])) return;
    throw new CheckpointError(
      `${name}: expected a tensor [${expected.join(', ')}], received [${dims.join(', ')}]`,
    );
  }
}

/** A matrix of so many rows and columns with its rows as columns. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) turned[column * rows + row] = values[at++]!;
  return turned;
}
