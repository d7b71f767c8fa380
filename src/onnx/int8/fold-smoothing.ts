import type { OnnxNode } from '../file/decoded-model.js';
import { DataType } from '../file/decoded-model.js';
import { dimsOf, floatTensor, toFloats } from '../file/tensor.js';
import type { Graph } from '../rewrite/graph.js';
import { isOp } from '../rewrite/node.js';

/** Of LayerNormalization's inputs: the value, then what each channel is multiplied by, then what is added. */
const [GAIN, SHIFT] = [1, 2] as const;

/**
 * Makes a LayerNormalization divide the channels of what it gives by `factors` `[K]`, in its own gain and shift, and
 * answers whether it does. It cannot where its result is read by others than the `readers`, such as a way around the
 * layer, or is an output, or where gain and shift are not constants of one number for each channel.
 *
 * Source: Xiao et al., "SmoothQuant", https://arxiv.org/abs/2211.10438, section 4, which folds its factors alike.
 */
export function foldIntoNorm(
  graph: Graph,
  value: string,
  factors: Float32Array,
  readers: readonly OnnxNode[],
): boolean {
  const norm = graph.producer(value);
  if (!isOp(norm, 'LayerNormalization') || norm.output[0] !== value || graph.isOutput(value)) return false;
  if (!graph.uses(value).every(({ node }) => readers.includes(node))) return false;
  const parts = norm.input.flatMap((name, index) => (index >= GAIN && name !== '' ? [{ name, index }] : []));
  const divided = parts.map(({ name }) => dividedBy(graph, name, factors));
  if (!divided.every((values) => values !== undefined)) return false;
  for (const [at, { index }] of parts.entries()) {
    const values = divided[at] ?? factors;
    const stem = index === SHIFT ? 'smooth_shift' : 'smooth_gain';
    const name = graph.addWeight((fresh) => floatTensor(fresh, [values.length], values), stem);
    graph.setInput({ node: norm, index }, name);
  }
  return true;
}

/** The weight `[K]` divided by the factors, if it is one. */
function dividedBy(graph: Graph, name: string, factors: Float32Array): Float32Array | undefined {
  const tensor = graph.constant(name);
  if (tensor?.dataType !== DataType.float) return undefined;
  const dims = dimsOf(tensor);
  if (dims.length !== 1 || dims[0] !== factors.length) return undefined;
  return toFloats(tensor).map((one, channel) => one / (factors[channel] ?? 1));
}
