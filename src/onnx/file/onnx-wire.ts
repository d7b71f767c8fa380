import { readFields } from './protobuf.js';
import type { Field } from './protobuf.js';

// Numbers of the fields that are looked at, from ONNX's schema (onnx.proto of ONNX 1.23).
export const MODEL = { graph: 7 } as const;
export const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;
export const TENSOR = { name: 8, rawData: 9, externalData: 13, dataLocation: 14 } as const;
export const VALUE_INFO = { name: 1 } as const;
/** `TensorProto.DataLocation.EXTERNAL`. */
export const EXTERNAL = 1;
export const NODE = { input: 1, output: 2, opType: 4, attribute: 5 } as const;
export const ATTRIBUTE = { graph: 6, graphs: 11 } as const;

/** A node of a graph, as far as it matters who reads what. */
export interface WireNode {
  readonly opType: string;
  /** Values it reads, in the order of its operator; one that is left out is ''. */
  readonly inputs: readonly string[];
  /** Values that graphs inside it read (the branches of an If, the body of a Loop), their own values among them. */
  readonly inner: readonly string[];
  readonly outputs: readonly string[];
}

/** The node that a field of a graph holds. */
export function readNode({ bytes }: Pick<Field, 'bytes'>): WireNode {
  const parts = Array.from(readFields(bytes));
  const attributes = parts.filter(({ number }) => number === NODE.attribute);
  return {
    opType: textsOf(parts, NODE.opType)[0] ?? '',
    inputs: textsOf(parts, NODE.input),
    inner: attributes.flatMap(({ bytes: attribute }) => readByBranches(attribute)),
    outputs: textsOf(parts, NODE.output).filter((name) => name !== ''),
  };
}

function readByBranches(attribute: Uint8Array): string[] {
  return Array.from(readFields(attribute))
    .filter(({ number }) => number === ATTRIBUTE.graph || number === ATTRIBUTE.graphs)
    .flatMap(({ bytes }) => Array.from(readFields(bytes)))
    .flatMap((field) => {
      if (field.number === GRAPH.node) {
        const { inputs, inner } = readNode(field);
        return [...inputs, ...inner];
      }
      return field.number === GRAPH.output ? [textAt(field.bytes, VALUE_INFO.name)] : [];
    });
}

function textsOf(fields: readonly Field[], number: number): string[] {
  return fields.filter((field) => field.number === number).map(({ bytes }) => Buffer.from(bytes).toString());
}

/** The string of a field of a message; '' if there is none, as protobuf has it. */
export function textAt(message: Uint8Array, number: number): string {
  for (const field of readFields(message))
    if (field.number === number) return Buffer.from(field.bytes).toString();
  return '';
}
