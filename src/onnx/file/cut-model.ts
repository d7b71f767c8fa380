import { bytesOf } from './bytes.js';
import type { Bytes } from './bytes.js';
import { joinParts, wholeOf } from './fields.js';
import type { Field } from './fields.js';
import { GRAPH, readGraph, readNode, readTensor, valueName, withGraph } from './graph-fields.js';

/**
 * An ONNX model with only what one of its outputs is computed from: its nodes, weights and inputs. A file that holds
 * two towers becomes either of them, in memory. What is kept is kept byte for byte, unread; peak memory is the file and
 * the part that is kept.
 * @throws RangeError if the bytes are no ONNX model.
 */
export function cutModel(file: Uint8Array, output: string): Uint8Array {
  const model = bytesOf(file);
  const graph = readGraph(model);
  const { values, nodes } = neededFor(output, model, graph);
  const isKept = (field: Field): boolean => {
    switch (field.number) {
      case GRAPH.node:
        return nodes.has(field);
      case GRAPH.initializer:
        return values.has(readTensor(model, field).name);
      case GRAPH.input:
      case GRAPH.valueInfo:
        return values.has(valueName(model, field));
      case GRAPH.output:
        return valueName(model, field) === output;
      default:
        return true;
    }
  };
  return joinParts(file, withGraph(model, graph.filter(isKept).map(wholeOf)));
}

/** What an output needs, found from its end: ONNX demands that each node stands after those it reads from. */
function neededFor(output: string, model: Bytes, graph: readonly Field[]) {
  const values = new Set([output]);
  const nodes = new Set<Field>();
  for (const field of graph.filter(({ number }) => number === GRAPH.node).reverse()) {
    const { inputs, inner, outputs } = readNode(model, field);
    if (!outputs.some((name) => values.has(name))) continue;
    nodes.add(field);
    for (const name of [...inputs, ...inner, ...outputs]) values.add(name);
  }
  return { values, nodes };
}
