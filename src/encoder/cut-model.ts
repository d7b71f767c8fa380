import { messageField, readFields } from './protobuf.js';
import type { Field } from './protobuf.js';

// Numbers of the fields that are looked at, from ONNX's schema (onnx.proto of ONNX 1.23).
const MODEL = { graph: 7 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;
const NODE = { input: 1, output: 2, attribute: 5 } as const;
const ATTRIBUTE = { graph: 6, graphs: 11 } as const;
const TENSOR = { name: 8 } as const;
const VALUE_INFO = { name: 1 } as const;

interface Node {
  readonly field: Field;
  readonly reads: readonly string[];
  readonly makes: readonly string[];
}

/**
 * An ONNX model with only what one of its outputs is computed from: its nodes, weights and inputs. A file that holds
 * both towers becomes either of them, in memory. What is kept is kept byte for byte, unread; peak memory is the file and
 * the part that is kept.
 * @throws RangeError if the bytes are no protobuf message.
 */
export function cutModel(file: Uint8Array, output: string): Uint8Array {
  const parts = Array.from(readFields(file), (field) =>
    field.number === MODEL.graph ? messageField(MODEL.graph, cutGraph(field.bytes, output)) : [field.whole],
  );
  return Buffer.concat(parts.flat());
}

function cutGraph(graph: Uint8Array, output: string): Uint8Array[] {
  const fields = Array.from(readFields(graph));
  const { values, nodes } = neededFor(output, fields);
  const isKept = (field: Field): boolean => {
    switch (field.number) {
      case GRAPH.node:
        return nodes.has(field);
      case GRAPH.initializer:
        return values.has(textAt(field.bytes, TENSOR.name));
      case GRAPH.input:
      case GRAPH.valueInfo:
        return values.has(textAt(field.bytes, VALUE_INFO.name));
      case GRAPH.output:
        return textAt(field.bytes, VALUE_INFO.name) === output;
      default:
        return true;
    }
  };
  return fields.filter(isKept).map(({ whole }) => whole);
}

/** What an output needs, found from its end: ONNX demands that each node stands after those it reads from. */
function neededFor(output: string, fields: readonly Field[]) {
  const values = new Set([output]);
  const nodes = new Set<Field>();
  for (const { field, reads, makes } of fields
    .filter(({ number }) => number === GRAPH.node)
    .map(readNode)
    .reverse()) {
    if (!makes.some((name) => values.has(name))) continue;
    nodes.add(field);
    for (const name of [...reads, ...makes]) values.add(name);
  }
  return { values, nodes };
}

function readNode(field: Field): Node {
  const parts = Array.from(readFields(field.bytes));
  const attributes = parts.filter(({ number }) => number === NODE.attribute);
  return {
    field,
    reads: [...textsOf(parts, NODE.input), ...attributes.flatMap(({ bytes }) => readByBranches(bytes))],
    makes: textsOf(parts, NODE.output).filter((name) => name !== ''),
  };
}

/** Names that the graphs inside a node (the branches of an If, the body of a Loop) read, their own values among them. */
function readByBranches(attribute: Uint8Array): string[] {
  return Array.from(readFields(attribute))
    .filter(({ number }) => number === ATTRIBUTE.graph || number === ATTRIBUTE.graphs)
    .flatMap(({ bytes }) => Array.from(readFields(bytes)))
    .flatMap((field) => {
      if (field.number === GRAPH.node) return readNode(field).reads;
      return field.number === GRAPH.output ? [textAt(field.bytes, VALUE_INFO.name)] : [];
    });
}

function textsOf(fields: readonly Field[], number: number): string[] {
  return fields.filter((field) => field.number === number).map(({ bytes }) => Buffer.from(bytes).toString());
}

/** The string of a field of a message; '' if there is none, as protobuf has it. */
function textAt(message: Uint8Array, number: number): string {
  for (const field of readFields(message))
    if (field.number === number) return Buffer.from(field.bytes).toString();
  return '';
}
