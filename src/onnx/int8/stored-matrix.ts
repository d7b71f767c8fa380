import type { Graph } from '../rewrite/graph.js';
import { intAttribute, isOp } from '../rewrite/node.js';
import type { Tensor } from '../file/decoded-model.js';
import { DataType } from '../file/decoded-model.js';
import { dimsOf, toFloats } from '../file/tensor.js';

/** A constant matrix, row by row. */
interface StoredMatrix {
  readonly values: Float32Array;
  readonly dims: readonly [number, number];
}

/**
 * The constant matrix that a value is: float32 weights, or int8 weights that the graph itself casts and scales to
 * float32, as the starter model's are. Undefined for anything else.
 */
export function storedMatrix(graph: Graph, value: string): StoredMatrix | undefined {
  const tensor = graph.constant(value);
  if (tensor?.dataType === DataType.float) {
    const dims = twoDims(tensor);
    return dims && { values: toFloats(tensor), dims };
  }
  const scaling = graph.producer(value);
  if (!isOp(scaling, 'Mul')) return undefined;
  const [left = '', right = ''] = scaling.input;
  return scaledMatrix(graph, left, right) ?? scaledMatrix(graph, right, left);
}

/** Int8 weights `[K, N]` times float32 scales, one for each column (`[1, N]` or `[N]`). */
function scaledMatrix(graph: Graph, cast: string, factors: string): StoredMatrix | undefined {
  const node = graph.producer(cast);
  if (!isOp(node, 'Cast') || intAttribute(node, 'to', 0) !== DataType.float) return undefined;
  const weights = graph.constant(node.input[0] ?? '');
  const scales = graph.constant(factors);
  const dims = weights?.dataType === DataType.int8 ? twoDims(weights) : undefined;
  const raw = weights?.rawData;
  if (dims === undefined || raw?.byteLength !== dims[0] * dims[1] || scales?.dataType !== DataType.float)
    return undefined;
  const [columns = 0, rows = 1] = dimsOf(scales).reverse();
  if (columns !== dims[1] || rows !== 1) return undefined;
  const scale = toFloats(scales);
  const bytes = new Int8Array(raw.buffer, raw.byteOffset, raw.byteLength);
  return { values: Float32Array.from(bytes, (byte, index) => byte * (scale[index % columns] ?? 0)), dims };
}

function twoDims(tensor: Tensor): readonly [number, number] | undefined {
  const [first, second, ...more] = dimsOf(tensor);
  return first !== undefined && second !== undefined && more.length === 0 ? [first, second] : undefined;
}
