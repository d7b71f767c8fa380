import { realpathSync } from 'node:fs';
import path from 'node:path';
import { FileBytes } from '../file/file-bytes.js';
import { EXTERNAL, GRAPH, MODEL, TENSOR, readNode, textAt } from '../file/onnx-wire.js';
import { fieldPlaces, messageField, numberField } from '../file/protobuf.js';
import type { FieldPlace } from '../file/protobuf.js';

/** Smaller weights are not worth a mapping of their own. */
const MIN_BYTES = 256 * 1024;

/** Operators that ONNX Runtime packs a constant matrix for, after which it lets go of the original: input 1 of each. */
const PACKING = new Set(['MatMul', 'Gemm', 'MatMulNBits', 'MatMulIntegerToFloat']);

/** A model in memory whose large matrices are still in its file, which is in `folder`. */
export interface ModelInPlace {
  /** Can be resized to nothing, to give its memory back at once: an idle thread's garbage collector may never come by. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly folder: string;
}

/**
 * The model in a file, with its large matrices named as "external data" of the very same file. ONNX Runtime then maps
 * them while it packs them, instead of reading all weights into memory twice: it starts in half the time and leaves no
 * holes in the heap. Weights that it would go on reading from the file, such as embedding tables, are taken along, so
 * that a file which is changed later changes nothing, unless the file may be relied on `forGood`. Undefined for a file
 * whose weights are in another one already, or which is no ONNX model: ONNX Runtime says that better.
 * Source: "External Data" in ONNX's docs/ExternalData.md.
 */
export function weightsInPlace(file: string, { forGood = false } = {}): ModelInPlace | undefined {
  const real = realpathSync(file); // ONNX Runtime refuses weights that a link leads out of the folder for
  const bytes = new FileBytes(real);
  try {
    const places = placesIn(bytes, { start: 0, length: bytes.length });
    if (!places.some(({ number }) => number === MODEL.graph)) return undefined;
    const parts = places.flatMap((place) =>
      place.number === MODEL.graph
        ? messageField(
            MODEL.graph,
            graphInPlace(bytes, bodyOf(place), { location: path.basename(real), forGood }),
          )
        : [spanOf(place)],
    );
    return { bytes: joined(bytes, parts), folder: path.dirname(real) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  } finally {
    bytes.close();
  }
}

/** Bytes of the file, not yet read. */
interface Span {
  readonly start: number;
  readonly length: number;
}

type Part = Uint8Array | Span;

interface Place {
  readonly location: string;
  readonly forGood: boolean;
}

const spanOf = ({ start, end }: FieldPlace): Span => ({ start, length: end - start });
const bodyOf = ({ bodyStart, end }: FieldPlace): Span => ({ start: bodyStart, length: end - bodyStart });

function placesIn(bytes: FileBytes, { start, length }: Span): FieldPlace[] {
  return Array.from(fieldPlaces((at) => bytes.at(at), start, start + length));
}

function read(bytes: FileBytes, { start, length }: Span): Uint8Array {
  return bytes.slice(start, start + length);
}

/** One copy of what is kept, whatever its size: pieces that are joined later would be two. */
function joined(bytes: FileBytes, parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const whole = new Uint8Array(new ArrayBuffer(size, { maxByteLength: size }));
  let at = 0;
  for (const part of parts) {
    if (part instanceof Uint8Array) whole.set(part, at);
    else bytes.copy(part.start, whole.subarray(at, at + part.length));
    at += part.length;
  }
  return whole;
}

function graphInPlace(bytes: FileBytes, graph: Span, { location, forGood }: Place): Part[] {
  const fields = placesIn(bytes, graph);
  const packed = packedMatrices(bytes, fields);
  const isMovable = (name: string) => forGood || packed.has(name);
  return fields.flatMap((field) => {
    const kept = [spanOf(field)];
    return field.number === GRAPH.initializer
      ? (tensorInPlace(bytes, field, isMovable, location) ?? kept)
      : kept;
  });
}

/** Names of values that nothing reads but what packs them. */
function packedMatrices(bytes: FileBytes, fields: readonly FieldPlace[]): Set<string> {
  const packed = new Set<string>();
  const others = new Set<string>();
  for (const field of fields.filter(({ number }) => number === GRAPH.node)) {
    const { opType, inputs, inner } = readNode({ bytes: read(bytes, bodyOf(field)) });
    inputs.forEach((name, at) => (at === 1 && PACKING.has(opType) ? packed : others).add(name));
    for (const name of inner) others.add(name);
  }
  for (const name of others) packed.delete(name);
  return packed;
}

/**
 * The weight with a reference in place of its values; undefined if it is to be taken along as it is.
 * @throws RangeError if its values are in another file.
 */
function tensorInPlace(
  bytes: FileBytes,
  tensor: FieldPlace,
  isMovable: (name: string) => boolean,
  location: string,
): Part[] | undefined {
  const fields = placesIn(bytes, bodyOf(tensor));
  if (fields.some(({ number }) => number === TENSOR.externalData)) {
    throw new RangeError('expected the weights inside the file, received external data');
  }
  const values = fields.find(({ number }) => number === TENSOR.rawData);
  if (values === undefined || values.end - values.bodyStart < MIN_BYTES) return undefined;
  const rest = fields.filter((field) => field !== values);
  const head = Buffer.concat(rest.map((field) => read(bytes, spanOf(field))));
  if (!isMovable(textAt(head, TENSOR.name))) return undefined;
  const entries = { location, offset: values.bodyStart, length: values.end - values.bodyStart };
  return messageField<Uint8Array>(GRAPH.initializer, [
    head,
    ...Object.entries(entries).flatMap(([key, value]) => entryField(key, String(value))),
    numberField(TENSOR.dataLocation, EXTERNAL),
  ]);
}

/** An entry of `external_data`: a message of two strings. */
function entryField(key: string, value: string): Uint8Array[] {
  const texts = [key, value].flatMap((text, at) => messageField(at + 1, [Buffer.from(text)]));
  return messageField<Uint8Array>(TENSOR.externalData, texts);
}
