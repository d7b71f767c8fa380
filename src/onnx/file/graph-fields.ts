import { LFS_POINTER_BYTES, isLfsPointer, lfsPointerMessage } from '../../core/lfs-pointer.js';
import { bytesOf } from './bytes.js';
import type { Bytes } from './bytes.js';
import { bodyOf, fieldsOf, messageField, sliceOf, textOf, textsOf, wholeOf } from './fields.js';
import type { Field, Part } from './fields.js';

// Numbers of the fields that are looked at, from ONNX's schema (onnx.proto of ONNX 1.23).
export const MODEL = { graph: 7 } as const;
export const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;
export const TENSOR = { name: 8, rawData: 9, externalData: 13, dataLocation: 14 } as const;
export const VALUE_INFO = { name: 1 } as const;
const NODE = { input: 1, output: 2, opType: 4, attribute: 5 } as const;
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11 } as const;
/** Of `StringStringEntryProto`. */
export const ENTRY = { key: 1, value: 2 } as const;

/** `TensorProto.DataLocation.EXTERNAL`. */
export const EXTERNAL = 1;

/** A file that is something else than it is taken for. */
export class NotOnnxError extends Error {
  override readonly name = 'NotOnnxError';
}

/**
 * The fields of a model's graph, in order; weights are not read.
 * @throws NotOnnxError for a Git LFS pointer; RangeError if the bytes are no protobuf message, or have no graph.
 */
export function readGraph(model: Bytes): Field[] {
  refusePointer(model);
  const graphs = fieldsOf(model).filter(({ number }) => number === MODEL.graph);
  if (graphs.length === 0) throw new RangeError('expected an ONNX model, received a message without a graph');
  return graphs.flatMap((graph) => fieldsOf(model, bodyOf(graph)));
}

/** The model with other fields in its graph, in pieces to be written one after the other; all else is kept. */
export function withGraph(model: Bytes, graph: readonly Part[]): Part[] {
  const fields = fieldsOf(model);
  const first = fields.find(({ number }) => number === MODEL.graph);
  return fields.flatMap((field): Part[] => {
    if (field.number !== MODEL.graph) return [wholeOf(field)];
    return field === first ? messageField(MODEL.graph, graph) : [];
  });
}

/** @throws NotOnnxError that says so where the bytes are a Git LFS pointer. */
export function refusePointer(model: Bytes): void {
  const start = model.slice(0, Math.min(model.length, LFS_POINTER_BYTES));
  if (isLfsPointer(start)) throw new NotOnnxError(lfsPointerMessage('an ONNX model'));
}

/** A node of a graph, as far as it matters who reads what. */
interface NodeOutline {
  readonly opType: string;
  /** Values it reads, in the order of its operator; one that is left out is ''. */
  readonly inputs: readonly string[];
  /** Values that graphs inside it read (the branches of an If, the body of a Loop), their own values among them. */
  readonly inner: readonly string[];
  readonly outputs: readonly string[];
}

/** The node that a field of a graph holds. */
export function readNode(model: Bytes, field: Field): NodeOutline {
  const node = bytesOf(sliceOf(model, bodyOf(field)));
  const parts = fieldsOf(node);
  return {
    opType: textOf(node, parts, NODE.opType),
    inputs: textsOf(node, parts, NODE.input),
    inner: innerGraphs(node, parts).flatMap((graph) => readByBranch(node, graph)),
    outputs: textsOf(node, parts, NODE.output).filter((name) => name !== ''),
  };
}

function readByBranch(node: Bytes, graph: readonly Field[]): string[] {
  return graph.flatMap((field) => {
    if (field.number === GRAPH.node) {
      const { inputs, inner } = readNode(node, field);
      return [...inputs, ...inner];
    }
    return field.number === GRAPH.output ? [valueName(node, field)] : [];
  });
}

/** The fields of each graph inside a node. */
function innerGraphs(model: Bytes, node: readonly Field[]): Field[][] {
  return inAttributes(model, node, [ATTRIBUTE.graph, ATTRIBUTE.graphs]).map((graph) =>
    fieldsOf(model, bodyOf(graph)),
  );
}

function inAttributes(model: Bytes, node: readonly Field[], numbers: readonly number[]): Field[] {
  return node
    .filter(({ number }) => number === NODE.attribute)
    .flatMap((attribute) => fieldsOf(model, bodyOf(attribute)))
    .filter(({ number }) => numbers.includes(number));
}

/** The name of an input, an output or another value of a graph. */
export function valueName(model: Bytes, field: Field): string {
  return textOf(model, fieldsOf(model, bodyOf(field)), VALUE_INFO.name);
}

/** A stored tensor of a graph, its values not read. */
interface TensorOutline {
  readonly name: string;
  readonly fields: readonly Field[];
  /** Where its values stand in the model; `undefined` for those that are in another file, or stored as numbers. */
  readonly values: Field | undefined;
  /** Which file its values are in, by the name that the model gives it; `undefined` for those in the model itself. */
  readonly location: string | undefined;
}

/** The tensor that a field holds. */
export function readTensor(model: Bytes, field: Field): TensorOutline {
  const fields = fieldsOf(model, bodyOf(field));
  const isExternal = fields.some(
    ({ number, end }) => number === TENSOR.dataLocation && model.at(end - 1) === EXTERNAL,
  );
  const entries = fields
    .filter(({ number }) => number === TENSOR.externalData)
    .map((entry) => readEntry(model, entry));
  return {
    name: textOf(model, fields, TENSOR.name),
    fields,
    values: fields.find(({ number }) => number === TENSOR.rawData),
    location: isExternal ? entries.find(({ key }) => key === 'location')?.value : undefined,
  };
}

/** One of the facts that say where a tensor's values are in another file. */
export function readEntry(model: Bytes, field: Field): { readonly key: string; readonly value: string } {
  const entry = fieldsOf(model, bodyOf(field));
  return { key: textOf(model, entry, ENTRY.key), value: textOf(model, entry, ENTRY.value) };
}

/** Every tensor that a graph holds: its weights, the constants of its nodes, and those of the graphs inside them. */
export function tensorsOf(model: Bytes, graph: readonly Field[]): TensorOutline[] {
  return graph.flatMap((field): TensorOutline[] => {
    if (field.number === GRAPH.initializer) return [readTensor(model, field)];
    if (field.number !== GRAPH.node) return [];
    const node = fieldsOf(model, bodyOf(field));
    const constants = inAttributes(model, node, [ATTRIBUTE.tensor, ATTRIBUTE.tensors]);
    const inner = innerGraphs(model, node);
    return [
      ...constants.map((constant) => readTensor(model, constant)),
      ...inner.flatMap((innerGraph) => tensorsOf(model, innerGraph)),
    ];
  });
}
