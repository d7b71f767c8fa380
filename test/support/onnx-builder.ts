import { messageField } from '../../src/onnx/file/fields.js';

/** A value of the graph's edge. A dimension of 0 is free. */
export interface EdgeValue {
  readonly name: string;
  readonly type?: 'float32' | 'int64';
  readonly dims: readonly number[];
}

export interface NodeSketch {
  readonly op: string;
  readonly reads: readonly string[];
  readonly makes: readonly string[];
  /** Nodes of a graph inside this one, as an If has for each branch. */
  readonly branch?: readonly NodeSketch[];
  /** Weights of that graph, as `GraphSketch` has them. */
  readonly weights?: readonly string[];
  readonly weightsFile?: string;
}

export interface GraphSketch {
  readonly inputs: readonly EdgeValue[];
  readonly outputs: readonly EdgeValue[];
  readonly nodes: readonly NodeSketch[];
  /** Names of weights; each is the number 1. */
  readonly weights?: readonly string[];
  /** The file beside the model's where the weights are kept; each reads its first four bytes. */
  readonly weightsFile?: string;
}

const ELEMENT = { float32: 1, int64: 7 };

/** The bytes of an ONNX file with that graph. Field numbers are those of ONNX's schema. */
export function buildOnnx(graph: GraphSketch): Uint8Array {
  const parts = [
    ...graph.nodes.flatMap((node) => message(1, ...nodeParts(node))),
    ...text(2, 'sketch'),
    ...weightFields(graph.weights ?? [], graph.weightsFile),
    ...graph.inputs.flatMap((value) => message(11, ...valueParts(value))),
    ...graph.outputs.flatMap((value) => message(12, ...valueParts(value))),
  ];
  return Buffer.concat([number(1, 8), ...message(8, number(2, 17)), ...message(7, ...parts)]);
}

function nodeParts({ op, reads, makes, branch, weights = [], weightsFile }: NodeSketch): Uint8Array[] {
  return [
    ...reads.flatMap((name) => text(1, name)),
    ...makes.flatMap((name) => text(2, name)),
    ...text(4, op),
    ...(branch
      ? message(
          5,
          ...text(1, 'then_branch'),
          ...message(
            6,
            ...branch.flatMap((node) => message(1, ...nodeParts(node))),
            ...weightFields(weights, weightsFile),
          ),
        )
      : []),
  ];
}

function weightFields(names: readonly string[], file: string | undefined): Uint8Array[] {
  return names.flatMap((name) => message(5, number(2, 1), ...text(8, name), ...weightParts(file)));
}

/** The number 1, as a tensor of no dimensions. */
function weightParts(file: string | undefined): Uint8Array[] {
  if (file === undefined) return message(4, Float32Array.of(1));
  return [...message(13, ...text(1, 'location'), ...text(2, file)), number(14, 1)];
}

function valueParts({ name, type = 'float32', dims }: EdgeValue): Uint8Array[] {
  const shape = dims.flatMap((dim) => message(1, ...(dim === 0 ? text(2, 'free') : [number(1, dim)])));
  return [...text(1, name), ...message(2, ...message(1, number(1, ELEMENT[type]), ...message(2, ...shape)))];
}

function message(field: number, ...parts: readonly (Uint8Array | Float32Array)[]): Uint8Array[] {
  return messageField(
    field,
    parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)),
  );
}

function text(field: number, value: string): Uint8Array[] {
  return message(field, Buffer.from(value));
}

/** A number below 128. */
function number(field: number, value: number): Uint8Array {
  return Uint8Array.of(field * 8, value);
}
