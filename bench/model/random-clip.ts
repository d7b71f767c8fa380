import { OnnxGraph } from './onnx-graph.js';
import type { Field } from './protobuf.js';
import { createRandomWeights } from './random-weights.js';
import { Transformer } from './transformer.js';

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

/** The image tower as an ONNX file in pieces: `pixel_values` `[b, 3, S, S]` → `image_embeds` `[b, D]`. */
export function createImageTower(shape: ClipShape, seed = 1): Field {
  const { imageSize, patch, dimensions, vision } = shape;
  const { width, layers, heads } = vision;
  const graph = new OnnxGraph();
  const net = new Transformer(graph, createRandomWeights(seed));
  const count = (imageSize / patch) ** 2;
  const kernel = net.weight([width, 3, patch, patch], 0.02);
  const patches = graph.node('Conv', ['pixel_values', kernel], {
    kernel_shape: [patch, patch],
    strides: [patch, patch],
  });
  const flat = graph.node('Reshape', [patches, graph.ints([0, width, count])]);
  const rows = graph.node('Transpose', [flat], { perm: [0, 2, 1] });
  const batch = sizeOf(graph, rows, 0);
  const classShape = graph.node('Concat', [batch, graph.ints([1, width])], { axis: 0 });
  const classToken = graph.node('Expand', [net.weight([1, 1, width], 0.02), classShape]);
  const tokens = graph.node('Concat', [classToken, rows], { axis: 1 });
  const placed = graph.node('Add', [tokens, net.weight([1, count + 1, width], 0.02)]);
  let x = net.norm(placed, width);
  for (let layer = 0; layer < layers; layer++) x = net.layer(x, width, heads);
  const pooled = net.norm(graph.node('Gather', [x, graph.ints(0)], { axis: 1 }), width);
  graph.node('MatMul', [pooled, net.weight([width, dimensions], width ** -0.5)], {}, 'image_embeds');
  return graph.toFile(
    { name: 'pixel_values', type: 'float32', dims: ['batch', 3, imageSize, imageSize] },
    { name: 'image_embeds', type: 'float32', dims: ['batch', dimensions] },
  );
}

/** The text tower: `input_ids` `[b, L]` → `text_embeds` `[b, D]`, causal, pooled at the end token, the largest id. */
export function createTextTower(shape: ClipShape, seed = 2): Field {
  const { vocabulary, context, dimensions, text } = shape;
  const { width, layers, heads } = text;
  const graph = new OnnxGraph();
  const net = new Transformer(graph, createRandomWeights(seed));
  const words = graph.node('Gather', [net.weight([vocabulary, width], 0.02), 'input_ids'], { axis: 0 });
  const batch = sizeOf(graph, 'input_ids', 0);
  const length = sizeOf(graph, 'input_ids', 1);
  const places = [net.weight([context, width], 0.02), graph.ints([0]), length, graph.ints([0])];
  let x = graph.node('Add', [words, graph.node('Slice', places)]);
  const square = graph.node('Concat', [length, length], { axis: 0 });
  const causal = graph.floats([context, context], causalMask(context));
  const mask = graph.node('Slice', [causal, graph.ints([0, 0]), square, graph.ints([0, 1])]);
  for (let layer = 0; layer < layers; layer++) x = net.layer(x, width, heads, mask);
  const normed = net.norm(x, width);
  const last = graph.node('ArgMax', ['input_ids'], { axis: 1, keepdims: 1 });
  const pickShape = graph.node('Concat', [batch, graph.ints([1, width])], { axis: 0 });
  const pick = graph.node('Expand', [graph.node('Unsqueeze', [last, graph.ints([2])]), pickShape]);
  const picked = graph.node('GatherElements', [normed, pick], { axis: 1 });
  const pooled = graph.node('Squeeze', [picked, graph.ints([1])]);
  graph.node('MatMul', [pooled, net.weight([width, dimensions], width ** -0.5)], {}, 'text_embeds');
  return graph.toFile(
    { name: 'input_ids', type: 'int64', dims: ['batch', 'length'] },
    { name: 'text_embeds', type: 'float32', dims: ['batch', dimensions] },
  );
}

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
