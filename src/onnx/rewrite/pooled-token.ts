import type { Graph } from './graph.js';
import { intAttribute, intsAttribute, isOp } from './node.js';
import type { OnnxNode } from '../file/decoded-model.js';
import { constantInts } from './shape.js';
import { dimsOf, intTensor } from '../file/tensor.js';
import type { TokenChoice } from './token-choice.js';
import { tokenChoice } from './token-choice.js';

/** Operators that work on each number alone. */
const ELEMENTWISE = [
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Pow',
  'Sqrt',
  'Erf',
  'Sigmoid',
  'Tanh',
  'Gelu',
  'Neg',
  'Cast',
  'Identity',
] as const;

/**
 * Lets only the pooled token through the last layer's attention output and MLP, and answers 1 if it did.
 *
 * A CLIP tower ends by taking one token of `[B, N, W]`: the class token, or the end of the text. What works on each
 * token alone gives the same whether the token is taken before or after. So the choice moves up, past every node whose
 * result nothing else reads, to the last layer's attention and residual stream.
 */
export function choosePooledTokenEarly(graph: Graph): number {
  const choices = graph.nodes.flatMap((node) => tokenChoice(graph, node) ?? []);
  const count = choices.filter((choice) => moveUp(graph, choice)).length;
  if (count > 0) graph.tidy();
  return count;
}

function moveUp(graph: Graph, choice: TokenChoice): boolean {
  const passed = nodesPassed(graph, choice);
  if (![...passed.keys()].some((node) => isOp(node, 'MatMul'))) return false;

  const chosen = new Map<string, string>();
  for (const [node, inputs] of passed) {
    for (const index of inputs) {
      const value = node.input[index] ?? '';
      if (passed.has(graph.producer(value) as OnnxNode)) continue;
      const row = chosen.get(value) ?? choice.choose(value);
      chosen.set(value, row);
      graph.setInput({ node, index }, row);
    }
  }
  readShapesAbove(graph, [...passed.keys()], [...chosen.keys()][0] ?? '');
  const last = choice.use.node.input[choice.use.index] ?? '';
  graph.replace(choice.result, choice.keepsAxis ? last : withoutAxis(graph, last));
  return true;
}

/**
 * The nodes that the choice can move past, with their inputs that hold tokens. Their results are read by each other,
 * by the choice and by Shape only.
 */
function nodesPassed(graph: Graph, choice: TokenChoice): Map<OnnxNode, number[]> {
  const passed = new Map<OnnxNode, number[]>();
  const passes = (node: OnnxNode, index: number) =>
    node === choice.use.node
      ? index === choice.use.index
      : (passed.get(node)?.includes(index) ?? isOp(node, 'Shape'));
  for (const node of [...graph.nodes].reverse()) {
    const uses = node.output.flatMap((value) => graph.uses(value));
    const isRead = uses.some(({ node: reader }) => reader === choice.use.node || passed.has(reader));
    if (!isRead || node.output.some((value) => graph.isOutput(value))) continue;
    const inputs = tokenInputs(graph, node);
    if (inputs !== undefined && uses.every(({ node: reader, index }) => passes(reader, index)))
      passed.set(node, inputs);
  }
  return passed;
}

/** Which inputs of a node hold tokens, if the node works on each token alone. */
function tokenInputs(graph: Graph, node: OnnxNode): number[] | undefined {
  if (isOp(node, ...ELEMENTWISE)) {
    const constants = node.input.map((input) => graph.constant(input));
    if (
      constants.some(
        (tensor) =>
          tensor &&
          dimsOf(tensor)
            .slice(0, -1)
            .some((size) => size !== 1),
      )
    )
      return undefined;
    return constants.flatMap((tensor, index) => (tensor === undefined ? [index] : []));
  }
  if (isOp(node, 'MatMul')) return graph.constant(node.input[1] ?? '')?.dims.length === 2 ? [0] : undefined;
  if (isOp(node, 'LayerNormalization')) return isLastAxis(intAttribute(node, 'axis', -1)) ? [0] : undefined;
  if (isOp(node, 'ReduceMean')) {
    const axes = intsAttribute(node, 'axes') ?? constantInts(graph, node.input[1]) ?? [];
    const keeps = intAttribute(node, 'keepdims', 1) === 1;
    return keeps && axes.length === 1 && isLastAxis(axes[0]) ? [0] : undefined;
  }
  // Each query attends for itself, unless a mask says for which position it does.
  const isUnmasked =
    node.opType === 'MultiHeadAttention' && node.domain === 'com.microsoft' && node.input.length === 3;
  return isUnmasked ? [0] : undefined;
}

/** Of `[B, N, W]`. */
function isLastAxis(axis: number | undefined): boolean {
  return axis === -1 || axis === 2;
}

/** Makes whoever asks a passed node for its shape ask the tensor of all tokens, which has the shape it had. */
function readShapesAbove(graph: Graph, passed: readonly OnnxNode[], allTokens: string): void {
  const shapes = passed.flatMap(({ output }) => output.flatMap((value) => graph.uses(value)));
  for (const use of shapes) if (isOp(use.node, 'Shape')) graph.setInput(use, allTokens);
}

function withoutAxis(graph: Graph, value: string): string {
  const shape = graph.addWeight((name) => intTensor(name, [0, -1]), 'handspring_shape');
  return graph.addNode('Reshape', [value, shape]);
}
