import { FileBytes } from './file-bytes.js';
import { ATTRIBUTE, EXTERNAL, GRAPH, MODEL, NODE, TENSOR, textAt } from './onnx-wire.js';
import { fieldPlaces } from './protobuf.js';
import type { FieldPlace } from './protobuf.js';

/** Fields of `StringStringEntryProto`, of which `external_data` is a list. */
const ENTRY = { key: 1, value: 2 } as const;

/**
 * The files that hold weights of an ONNX file, as its tensors name them: paths from its own folder, each once, in order.
 * Reads what stands around the weights inside the file, not the weights.
 * @throws Error that names the file if it is no ONNX file, or ends early.
 * Source: "External Data" in ONNX's docs/ExternalData.md.
 */
export function externalFiles(file: string): Promise<readonly string[]> {
  // A promise, because its callers are on their way to the disk; the reads are few and small.
  return new Promise((resolve) => resolve(locationsIn(file)));
}

function locationsIn(file: string): readonly string[] {
  const bytes = new FileBytes(file);
  try {
    const model = { bodyStart: 0, end: bytes.length };
    const locations = new Set<string>();
    const graphs = fieldsOf(bytes, model, MODEL.graph);
    if (graphs.length === 0) throw new RangeError('expected a graph, received none');
    for (const graph of graphs)
      for (const location of locationsOfGraph(bytes, graph)) locations.add(location);
    return [...locations];
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new Error(`${file}: expected an ONNX file, received bytes of another format or cut short`, {
      cause,
    });
  } finally {
    bytes.close();
  }
}

type Body = Pick<FieldPlace, 'bodyStart' | 'end'>;

function fieldsOf(bytes: FileBytes, { bodyStart, end }: Body, ...numbers: readonly number[]): FieldPlace[] {
  return Array.from(fieldPlaces((at) => bytes.at(at), bodyStart, end)).filter(({ number }) =>
    numbers.includes(number),
  );
}

/** Those of its own weights, and of the graphs inside its nodes: the branches of an If, the body of a Loop. */
function* locationsOfGraph(bytes: FileBytes, graph: Body): Generator<string> {
  for (const field of fieldsOf(bytes, graph, GRAPH.node, GRAPH.initializer)) {
    if (field.number === GRAPH.initializer) yield* locationsOfTensor(bytes, field);
    else {
      for (const attribute of fieldsOf(bytes, field, NODE.attribute))
        for (const inner of fieldsOf(bytes, attribute, ATTRIBUTE.graph, ATTRIBUTE.graphs))
          yield* locationsOfGraph(bytes, inner);
    }
  }
}

function* locationsOfTensor(bytes: FileBytes, tensor: Body): Generator<string> {
  const fields = fieldsOf(bytes, tensor, TENSOR.externalData, TENSOR.dataLocation);
  const place = fields.find(({ number }) => number === TENSOR.dataLocation);
  if (place === undefined || bytes.at(place.end - 1) !== EXTERNAL) return;
  for (const { number, bodyStart, end } of fields) {
    if (number !== TENSOR.externalData) continue;
    const entry = bytes.slice(bodyStart, end);
    if (textAt(entry, ENTRY.key) === 'location') yield textAt(entry, ENTRY.value);
  }
}
