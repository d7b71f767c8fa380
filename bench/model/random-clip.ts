import { OnnxGraph } from './onnx-graph.js';
import type { Field } from './protobuf.js';
import { createRandomWeights } from './random-weights.js';
import type { NamedTensor } from './safetensors.js';
import { Transformer } from './transformer.js';
import type { WeightListener } from './transformer.js';

/** The sizes of a CLIP model. */
export interface ClipShape {
  readonly imageSize: number;
  readonly patch: number;
  readonly vision: { readonly width: number; readonly layers: number; readonly heads: number };
  readonly text: { readonly width: number; readonly layers: number; readonly heads: number };
  readonly vocabulary: number;
  readonly context: number;
  readonly dimensions: number;
}

/** ViT-B/32 as in table 20 of Radford et al. 2021, and one for quick trials of the benchmark itself. */
export const CLIP_SHAPES = {
  'vit-b-32': {
    imageSize: 224,
    patch: 32,
    vision: { width: 768, layers: 12, heads: 12 },
    text: { width: 512, layers: 12, heads: 8 },
    vocabulary: 49408,
    context: 77,
    dimensions: 512,
  },
  tiny: {
    imageSize: 64,
    patch: 16,
    vision: { width: 64, layers: 2, heads: 2 },
    text: { width: 64, layers: 2, heads: 2 },
    vocabulary: 49408,
    context: 77,
    dimensions: 32,
  },
} as const satisfies Record<string, ClipShape>;

/** One series of random numbers for each tower, so that each can be made without the other. */
const SEEDS = { image: 1, text: 2 };

/** Where the temperature starts in CLIP's training; no vector depends on it. */
const LOGIT_SCALE = 2.6592;

/** The image tower as an ONNX file in pieces: `pixel_values` `[b, 3, S, S]` → `image_embeds` `[b, D]`. */
export function createImageTower(shape: ClipShape, listen: WeightListener = ignore): Field {
  const { imageSize, patch, dimensions, vision } = shape;
  const { width, layers, heads } = vision;
  const graph = new OnnxGraph();
  const net = new Transformer(graph, createRandomWeights(SEEDS.image), listen);
  const embeddings = 'vision_model.embeddings';
  const count = (imageSize / patch) ** 2;
  const kernel = net.weight(`${embeddings}.patch_embedding.weight`, [width, 3, patch, patch], 0.02);
  const patches = graph.node('Conv', ['pixel_values', kernel], {
    kernel_shape: [patch, patch],
    strides: [patch, patch],
  });
  const flat = graph.node('Reshape', [patches, graph.ints([0, width, count])]);
  const rows = graph.node('Transpose', [flat], { perm: [0, 2, 1] });
  const batch = sizeOf(graph, rows, 0);
  const classShape = graph.node('Concat', [batch, graph.ints([1, width])], { axis: 0 });
  const classRow = net.weight(`${embeddings}.class_embedding`, [width], 0.02);
  const classToken = graph.node('Expand', [classRow, classShape]);
  const tokens = graph.node('Concat', [classToken, rows], { axis: 1 });
  const places = net.weight(`${embeddings}.position_embedding.weight`, [count + 1, width], 0.02);
  // The misspelling is the name's own.
  let x = net.norm(graph.node('Add', [tokens, places]), 'vision_model.pre_layrnorm', width);
  for (let at = 0; at < layers; at++) x = net.layer(x, `vision_model.encoder.layers.${at}`, width, heads);
  const first = graph.node('Gather', [x, graph.ints(0)], { axis: 1 });
  const pooled = net.norm(first, 'vision_model.post_layernorm', width);
  net.project(pooled, 'visual_projection', width, dimensions, 'image_embeds');
  return graph.toFile(
    { name: 'pixel_values', type: 'float32', dims: ['batch', 3, imageSize, imageSize] },
    { name: 'image_embeds', type: 'float32', dims: ['batch', dimensions] },
  );
}

/** The text tower: `input_ids` `[b, L]` → `text_embeds` `[b, D]`, causal, pooled at the end token, the largest id. */
export function createTextTower(shape: ClipShape, listen: WeightListener = ignore): Field {
  const { vocabulary, context, dimensions, text } = shape;
  const { width, layers, heads } = text;
  const graph = new OnnxGraph();
  const net = new Transformer(graph, createRandomWeights(SEEDS.text), listen);
  const embeddings = 'text_model.embeddings';
  const table = net.weight(`${embeddings}.token_embedding.weight`, [vocabulary, width], 0.02);
  const words = graph.node('Gather', [table, 'input_ids'], { axis: 0 });
  const batch = sizeOf(graph, 'input_ids', 0);
  const length = sizeOf(graph, 'input_ids', 1);
  const places = net.weight(`${embeddings}.position_embedding.weight`, [context, width], 0.02);
  const placed = graph.node('Slice', [places, graph.ints([0]), length, graph.ints([0])]);
  let x = graph.node('Add', [words, placed]);
  const square = graph.node('Concat', [length, length], { axis: 0 });
  const causal = graph.floats([context, context], causalMask(context));
  const mask = graph.node('Slice', [causal, graph.ints([0, 0]), square, graph.ints([0, 1])]);
  for (let at = 0; at < layers; at++) x = net.layer(x, `text_model.encoder.layers.${at}`, width, heads, mask);
  const normed = net.norm(x, 'text_model.final_layer_norm', width);
  const last = graph.node('ArgMax', ['input_ids'], { axis: 1, keepdims: 1 });
  const pickShape = graph.node('Concat', [batch, graph.ints([1, width])], { axis: 0 });
  const pick = graph.node('Expand', [graph.node('Unsqueeze', [last, graph.ints([2])]), pickShape]);
  const picked = graph.node('GatherElements', [normed, pick], { axis: 1 });
  const pooled = graph.node('Squeeze', [picked, graph.ints([1])]);
  net.project(pooled, 'text_projection', width, dimensions, 'text_embeds');
  return graph.toFile(
    { name: 'input_ids', type: 'int64', dims: ['batch', 'length'] },
    { name: 'text_embeds', type: 'float32', dims: ['batch', dimensions] },
  );
}

/** All weights of both towers under the names of Hugging Face's CLIP, the same numbers as in the ONNX files. */
export function listWeights(shape: ClipShape): NamedTensor[] {
  const tensors: NamedTensor[] = [];
  createImageTower(shape, (tensor) => tensors.push(tensor));
  createTextTower(shape, (tensor) => tensors.push(tensor));
  return [...tensors, { name: 'logit_scale', dims: [], values: () => Float32Array.of(LOGIT_SCALE) }];
}

function ignore(): void {}

/** One dimension of a value at run time, as a list of one number. */
function sizeOf(graph: OnnxGraph, value: string, dimension: number): string {
  const bounds = [graph.ints([dimension]), graph.ints([dimension + 1])];
  return graph.node('Slice', [graph.node('Shape', [value]), ...bounds]);
}

/** No position sees a later one. */
function causalMask(context: number): Float32Array {
  const row = (at: number) => at % context;
  return Float32Array.from({ length: context ** 2 }, (_, at) =>
    row(at) > Math.floor(at / context) ? -1e9 : 0,
  );
}
