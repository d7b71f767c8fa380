import { realpathSync } from 'node:fs';
import path from 'node:path';
import { FileBytes } from './bytes.js';
import type { ModelInMemory } from './external-files.js';
import { bodyOf, lengthOf, messageField, numberField, sliceOf, textField, wholeOf } from './fields.js';
import type { Field, Part } from './fields.js';
import {
  ENTRY,
  EXTERNAL,
  GRAPH,
  TENSOR,
  readGraph,
  readNode,
  readTensor,
  tensorsOf,
  withGraph,
} from './graph-fields.js';

/** Smaller weights are not worth a mapping of their own. */
const MIN_BYTES = 256 * 1024;

/** Operators that ONNX Runtime packs a constant matrix for, after which it lets go of the original: input 1 of each. */
const PACKING = new Set(['MatMul', 'Gemm', 'MatMulNBits', 'MatMulIntegerToFloat']);

interface ModelInPlace extends ModelInMemory {
  /** Can be resized to nothing, to give its memory back at once: an idle thread's garbage collector may never come by. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The model in a file, with its large matrices named as "external data" of the very same file. ONNX Runtime then maps
 * them while it packs them, instead of reading all weights into memory twice: it starts in half the time and leaves no
 * holes in the heap. Weights that it would go on reading from the file, such as embedding tables, are taken along, so
 * that a file which is changed later changes nothing, unless the file may be relied on `forGood`. Undefined for a file
 * whose weights are in another one already, or which is no ONNX model: ONNX Runtime says that better.
 * @throws NotOnnxError for a Git LFS pointer.
 * Source: "External Data" in ONNX's docs/ExternalData.md.
 */
export function weightsInPlace(file: string, { forGood = false } = {}): ModelInPlace | undefined {
  const real = realpathSync(file); // ONNX Runtime refuses weights that a link leads out of the folder for
  const model = new FileBytes(real);
  try {
    const graph = graphInPlace(model, { location: path.basename(real), forGood });
    return { bytes: joined(model, withGraph(model, graph)), folder: path.dirname(real) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  } finally {
    model.close();
  }
}

interface Place {
  readonly location: string;
  readonly forGood: boolean;
}

/** One copy of what is kept, whatever its size: pieces that are joined later would be two. */
function joined(model: FileBytes, parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const size = lengthOf(parts);
  const whole = new Uint8Array(new ArrayBuffer(size, { maxByteLength: size }));
  let at = 0;
  for (const part of parts) {
    if (part instanceof Uint8Array) whole.set(part, at);
    else model.copy(part.start, whole.subarray(at, at + part.length));
    at += part.length;
  }
  return whole;
}

function graphInPlace(model: FileBytes, { location, forGood }: Place): Part[] {
  const graph = readGraph(model);
  if (tensorsOf(model, graph).some((tensor) => tensor.location !== undefined))
    throw new RangeError('expected the weights inside the file, received external data');
  const packed = packedMatrices(model, graph);
  const isMovable = (name: string) => forGood || packed.has(name);
  return graph.flatMap((field) => {
    const moved =
      field.number === GRAPH.initializer ? tensorInPlace(model, field, isMovable, location) : undefined;
    return moved ?? [wholeOf(field)];
  });
}

/** Names of values that nothing reads but what packs them. */
function packedMatrices(model: FileBytes, graph: readonly Field[]): Set<string> {
  const packed = new Set<string>();
  const others = new Set<string>();
  for (const field of graph.filter(({ number }) => number === GRAPH.node)) {
    const { opType, inputs, inner } = readNode(model, field);
    inputs.forEach((name, at) => (at === 1 && PACKING.has(opType) ? packed : others).add(name));
    for (const name of inner) others.add(name);
  }
  for (const name of others) packed.delete(name);
  return packed;
}

/** The weight with a reference in place of its values; undefined if it is to be taken along as it is. */
function tensorInPlace(
  model: FileBytes,
  tensor: Field,
  isMovable: (name: string) => boolean,
  location: string,
): Part[] | undefined {
  const { name, fields, values } = readTensor(model, tensor);
  if (values === undefined || bodyOf(values).length < MIN_BYTES || !isMovable(name)) return undefined;
  const rest = fields.filter((field) => field !== values).map((field) => sliceOf(model, wholeOf(field)));
  const { start: offset, length } = bodyOf(values);
  const entries = Object.entries({ location, offset, length }).flatMap(([key, value]) =>
    messageField(TENSOR.externalData, [textField(ENTRY.key, key), textField(ENTRY.value, String(value))]),
  );
  return messageField<Uint8Array>(GRAPH.initializer, [
    ...rest,
    ...entries,
    numberField(TENSOR.dataLocation, EXTERNAL),
  ]);
}
