import { withInt, withInts } from '../../onnx/rewrite/node.js';
import { GraphBuilder } from '../../onnx/write/graph-builder.js';
import type { BuiltModel } from '../../onnx/write/graph-builder.js';
import type { Weights } from '../checkpoint/checkpoint.js';
import { CheckpointError } from '../checkpoint/not-a-checkpoint.js';
import { Layers } from './layers.js';
import { embedItem } from './stems.js';
import type { TowerFacts } from './towers.js';

/** What the learned scale of a tower's vectors is cut at. */
const LARGEST_SCALE = 100;

/**
 * One of ImageBind's towers as a graph: stem, trunk, head, and the vector scaled to the length that the tower gives it.
 * Exactly what PyTorch computes, with less work: only the token that becomes the vector goes through the head, and a text is as
 * long as it is.
 * @param heads Of its attention, which no shape tells.
 * @throws CheckpointError that names the tensor which is missing, or has another shape.
 * Source: facebookresearch/ImageBind, imagebind/models/imagebind_model.py.
 */
export async function towerGraph(tower: TowerFacts, heads: number, weights: Weights): Promise<BuiltModel> {
  const layers = new Layers(new GraphBuilder(), weights);
  const { graph } = layers;
  const trunk = `modality_trunks.${tower.name}`;
  const { input, tokens, width, mask } = embedItem(tower, layers);
  if (width % heads !== 0)
    throw new CheckpointError(
      `${trunk}: expected a width that its ${heads} heads share evenly, received ${width}; --heads says how many there are`,
    );
  const before = `${trunk}.pre_transformer_layer.0`;
  let x = tower.stem.kind === 'frames' ? layers.norm(tokens, before, width) : tokens;
  const blocks = countBlocks(trunk, weights);
  for (let at = 0; at < blocks; at++) x = layers.block(x, `${trunk}.blocks.${at}`, heads, mask);

  const head = `modality_heads.${tower.name}`;
  const [dimensions = 0] = layers.dims(`${head}.${tower.projection}`);
  const token = tower.stem.kind === 'text' ? lastToken(layers, input.name, x, width) : firstToken(layers, x);
  const normed = layers.norm(token, tower.stem.kind === 'text' ? `${head}.proj.0` : `${head}.0`, width);
  const projected = layers.project(normed, `${head}.${tower.projection}`, width, dimensions);
  const output = `${tower.modality}_embeds`;
  const scale = await scaleOf(tower, weights);
  graph.node('Mul', [unit(graph, projected), graph.scalar(scale)], [], output);
  return graph.build(input, { name: output, type: 'float', dims: ['batch', dimensions] });
}

function countBlocks(trunk: string, weights: Weights): number {
  let count = 0;
  while (weights.dims(`${trunk}.blocks.${count}.norm_1.weight`)) count++;
  if (count === 0)
    throw new CheckpointError(
      `${trunk}.blocks.0.norm_1.weight: expected a tensor of that name, there is none`,
    );
  return count;
}

function firstToken({ graph }: Layers, x: string): string {
  return graph.node('Gather', [x, graph.int(0)], [withInt('axis', 1)]);
}

/** The token at the largest id, which is that of the text's end. */
function lastToken(layers: Layers, ids: string, x: string, width: number): string {
  const { graph } = layers;
  // ONNX Runtime finds the largest of int32, not of int64.
  const int32 = graph.node('Cast', [ids], [withInt('to', 6)]);
  const last = graph.node('ArgMax', [int32], [withInt('axis', 1), withInt('keepdims', 1)]);
  const pick = layers.perItem(graph.node('Unsqueeze', [last, graph.ints([2])]), x, 1, width);
  const picked = graph.node('GatherElements', [x, pick], [withInt('axis', 1)]);
  return graph.node('Squeeze', [picked, graph.ints([1])]);
}

/** Scaled to length 1 as PyTorch's `normalize` does, which divides by 1e-12 at least. */
function unit(graph: GraphBuilder, x: string): string {
  const length = graph.node('ReduceL2', [x], [withInts('axes', [-1]), withInt('keepdims', 1)]);
  return graph.node('Div', [x, graph.node('Max', [length, graph.scalar(1e-12)])]);
}

/** What a tower's unit vectors are multiplied by; an image's are not. */
async function scaleOf({ name }: TowerFacts, weights: Weights): Promise<number> {
  const scale = `modality_postprocessors.${name}.1.log_logit_scale`;
  if (!weights.dims(scale)) return 1;
  const [log = NaN, ...others] = await weights.floats(scale);
  if (others.length > 0 || !Number.isFinite(log))
    throw new CheckpointError(
      `${scale}: expected one number, received ${others.length + 1} or none that is finite`,
    );
  return Math.min(Math.fround(Math.exp(log)), LARGEST_SCALE);
}
