import { GRAPH, MODEL, TENSOR, VALUE_INFO, readNode, textAt } from './onnx-wire.js';
import { messageField, readFields } from './protobuf.js';
import type { Field } from './protobuf.js';

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
  for (const field of fields.filter(({ number }) => number === GRAPH.node).reverse()) {
    const { inputs, inner, outputs } = readNode(field);
    if (!outputs.some((name) => values.has(name))) continue;
    nodes.add(field);
    for (const name of [...inputs, ...inner, ...outputs]) values.add(name);
  }
  return { values, nodes };
}
