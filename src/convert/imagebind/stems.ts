import { withInt, withInts } from '../../onnx/rewrite/node.js';
import type { GraphEdge } from '../../onnx/write/graph-builder.js';
import { STEM_EPSILON } from './layers.js';
import type { Layers } from './layers.js';
import type { Stem, TowerFacts } from './towers.js';

/** An item as tokens `[batch, tokens, width]`, their places added. */
export interface EmbeddedItem {
  readonly input: GraphEdge;
  readonly tokens: string;
  readonly width: number;
  /** What is added to the scores of attention, so that no token looks at a later one. */
  readonly mask?: string;
}

type StemOf<K extends Stem['kind']> = Extract<Stem, { kind: K }>;

/**
 * The first layers of a tower, up to its trunk.
 * @throws CheckpointError that names the tensor which is missing, or has another shape.
 * Source: facebookresearch/ImageBind, imagebind/models/multimodal_preprocessors.py.
 */
export function embedItem({ name, stem }: TowerFacts, layers: Layers): EmbeddedItem {
  const prefix = `modality_preprocessors.${name}`;
  switch (stem.kind) {
    case 'text':
      return embedText(prefix, stem, layers);
    case 'frames':
      return embedFrames(prefix, stem, layers);
    case 'picture':
      return embedPicture(prefix, stem, layers);
    case 'signal':
      return embedSignal(prefix, stem, layers);
  }
}

function embedText(prefix: string, { context, vocabulary }: StemOf<'text'>, layers: Layers): EmbeddedItem {
  const { graph } = layers;
  const [, , width = 0] = layers.dims(`${prefix}.pos_embed`);
  const input: GraphEdge = { name: 'input_ids', type: 'int64', dims: ['batch', 'length'] };
  const words = layers.weight(`${prefix}.token_embedding.weight`, [vocabulary, width]);
  const places = layers.weight(`${prefix}.pos_embed`, [1, context, width]);
  const length = graph.node('Slice', [graph.node('Shape', [input.name]), graph.ints([1]), graph.ints([2])]);
  const own = graph.node('Slice', [places, graph.ints([0]), length, graph.ints([1])]);
  const tokens = graph.node('Add', [graph.node('Gather', [words, input.name]), own]);
  const square = graph.node('Concat', [length, length], [withInt('axis', 0)]);
  const causal = graph.floats([context, context], causalMask(context));
  const mask = graph.node('Slice', [causal, graph.ints([0, 0]), square, graph.ints([0, 1])]);
  return { input, tokens, width, mask };
}

function causalMask(length: number): Float32Array {
  return Float32Array.from({ length: length * length }, (_, at) =>
    at % length > Math.floor(at / length) ? -Infinity : 0,
  );
}

/** A convolution over two frames of three channels is one over six channels, with its weights as they lie. */
function embedFrames(prefix: string, { proj, frames, side }: StemOf<'frames'>, layers: Layers): EmbeddedItem {
  const { graph } = layers;
  const name = `${prefix}.${proj}`;
  const [width = 0, , , patch = 0] = layers.dims(name);
  const channels = 3 * frames;
  const weight = layers.weight(name, [width, 3, frames, patch, patch], [width, channels, patch, patch]);
  const input: GraphEdge = { name: 'pixel_values', type: 'float', dims: ['batch', 3, frames, side, side] };
  const flat = graph.node('Reshape', [input.name, graph.ints([0, channels, side, side])]);
  const cut = graph.node('Conv', [flat, weight], [withInts('strides', [patch, patch])]);
  const count = Math.floor(side / patch) ** 2;
  return { input, tokens: withPlaces(prefix, rowsOf(cut, layers), count, width, layers), width };
}

function embedPicture(prefix: string, stem: StemOf<'picture'>, layers: Layers): EmbeddedItem {
  const name = `${prefix}.${stem.proj}`;
  const [width = 0, , patch = 0] = layers.dims(name);
  const weight = layers.weight(name, [width, 1, patch, patch]);
  const input: GraphEdge = { name: 'input_values', type: 'float', dims: ['batch', 1, ...stem.shape] };
  const strides = withInts('strides', [stem.stride, stem.stride]);
  const cut = layers.graph.node('Conv', [input.name, weight], [strides]);
  const normed = layers.norm(rowsOf(cut, layers), `${prefix}.${stem.norm}`, width, STEM_EPSILON);
  const count = stem.shape.reduce((n, side) => n * (Math.floor((side - patch) / stem.stride) + 1), 1);
  return { input, tokens: withPlaces(prefix, normed, count, width, layers), width };
}

/** A linear layer over pieces of all channels is a convolution along time, with its weights as they lie. */
function embedSignal(prefix: string, stem: StemOf<'signal'>, layers: Layers): EmbeddedItem {
  const { channels, length, piece } = stem;
  const name = `${prefix}.${stem.proj}`;
  const [width = 0] = layers.dims(name);
  const weight = layers.weight(name, [width, channels * piece], [width, channels, piece]);
  const input: GraphEdge = { name: 'input_values', type: 'float', dims: ['batch', channels, length] };
  const cut = layers.graph.node('Conv', [input.name, weight], [withInts('strides', [piece])]);
  const rows = layers.graph.node('Transpose', [cut], [withInts('perm', [0, 2, 1])]);
  const normed = layers.norm(rows, `${prefix}.${stem.norm}`, width, STEM_EPSILON);
  return { input, tokens: withPlaces(prefix, normed, length / piece, width, layers), width };
}

/** `[batch, width, height, width]` of a convolution as `[batch, tokens, width]`, line by line. */
function rowsOf(cut: string, { graph }: Layers): string {
  const flat = graph.node('Reshape', [cut, graph.ints([0, 0, -1])]);
  return graph.node('Transpose', [flat], [withInts('perm', [0, 2, 1])]);
}

/** The class token in front of the others, and to each what says where it stands. */
function withPlaces(prefix: string, rows: string, count: number, width: number, layers: Layers): string {
  const { graph } = layers;
  const first = layers.perItem(layers.weight(`${prefix}.cls_token`, [1, 1, width]), rows, 1, width);
  const all = graph.node('Concat', [first, rows], [withInt('axis', 1)]);
  // The sensor's places are its own parameter; those of pictures are a helper's.
  const own = `${prefix}.pos_embed`;
  const places = layers.weights.dims(own) ? own : `${prefix}.pos_embedding_helper.pos_embed`;
  return graph.node('Add', [all, layers.weight(places, [1, count + 1, width])]);
}
