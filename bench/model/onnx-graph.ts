import type { Field } from './protobuf.js';
import { bytesField, floatField, intField, messageField, stringField } from './protobuf.js';

/** Field numbers of ONNX's own schema, `onnx.proto` (Apache-2.0), by message. */
const MODEL = { irVersion: 1, graph: 7, opsetImport: 8, opsetVersion: 2 };
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 };
const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, float: 2, int: 3, ints: 8, type: 20 };
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9 };
const VALUE = { name: 1, type: 2, tensorType: 1, elementType: 1, shape: 2, dim: 1, dimValue: 1, dimName: 2 };
const ATTRIBUTE_TYPE = { float: 1, int: 2, ints: 7 };
const ELEMENT_TYPE = { float32: 1, int64: 7 };
const IR_VERSION = 8;
const OPSET = 17;

type Attributes = Readonly<Record<string, number | { readonly float: number } | readonly number[]>>;

/** An input or output: its name, element type and dimensions, free ones by name. */
export interface ValueInfo {
  readonly name: string;
  readonly type: keyof typeof ELEMENT_TYPE;
  readonly dims: readonly (number | string)[];
}

/** A graph under construction: each call adds a weight or a node and gives the name of its value. */
export class OnnxGraph {
  readonly #nodes: Field[] = [];
  readonly #weights: Field[] = [];

  floats(dims: readonly number[], values: Float32Array): string {
    return this.#weight(dims, ELEMENT_TYPE.float32, values);
  }

  /** A list of whole numbers, or one alone without a dimension. */
  ints(values: readonly number[] | number): string {
    const list = typeof values === 'number' ? [values] : values;
    const data = BigInt64Array.from(list, BigInt);
    return this.#weight(typeof values === 'number' ? [] : [list.length], ELEMENT_TYPE.int64, data);
  }

  node(opType: string, inputs: readonly string[], attributes: Attributes = {}, output?: string): string {
    const name = output ?? `t${this.#nodes.length}`;
    const fields = [
      ...inputs.map((input) => stringField(NODE.input, input)),
      stringField(NODE.output, name),
      stringField(NODE.name, `${opType}_${this.#nodes.length}`),
      stringField(NODE.opType, opType),
      ...Object.entries(attributes).map(([key, value]) =>
        messageField(NODE.attribute, toAttribute(key, value)),
      ),
    ];
    this.#nodes.push(messageField(GRAPH.node, fields));
    return name;
  }

  /** The whole model file, in pieces to be written one after the other. */
  toFile(input: ValueInfo, output: ValueInfo): Field {
    const graph = [
      ...this.#nodes,
      stringField(GRAPH.name, 'tower'),
      ...this.#weights,
      messageField(GRAPH.input, toValueInfo(input)),
      messageField(GRAPH.output, toValueInfo(output)),
    ];
    return [
      intField(MODEL.irVersion, IR_VERSION),
      messageField(MODEL.graph, graph),
      messageField(MODEL.opsetImport, [intField(MODEL.opsetVersion, OPSET)]),
    ].flat();
  }

  #weight(dims: readonly number[], type: number, values: Float32Array | BigInt64Array): string {
    const name = `w${this.#weights.length}`;
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const fields = [
      ...dims.map((dim) => intField(TENSOR.dims, dim)),
      intField(TENSOR.dataType, type),
      stringField(TENSOR.name, name),
      bytesField(TENSOR.rawData, raw),
    ];
    this.#weights.push(messageField(GRAPH.initializer, fields));
    return name;
  }
}

function toAttribute(name: string, value: Attributes[string]): Field[] {
  const named = stringField(ATTRIBUTE.name, name);
  if (typeof value === 'number') {
    return [named, intField(ATTRIBUTE.int, value), intField(ATTRIBUTE.type, ATTRIBUTE_TYPE.int)];
  }
  if ('float' in value) {
    return [named, floatField(ATTRIBUTE.float, value.float), intField(ATTRIBUTE.type, ATTRIBUTE_TYPE.float)];
  }
  const items = value.map((item) => intField(ATTRIBUTE.ints, item));
  return [named, ...items, intField(ATTRIBUTE.type, ATTRIBUTE_TYPE.ints)];
}

function toValueInfo({ name, type, dims }: ValueInfo): Field[] {
  const shape = dims.map((dim) =>
    messageField(VALUE.dim, [
      typeof dim === 'number' ? intField(VALUE.dimValue, dim) : stringField(VALUE.dimName, dim),
    ]),
  );
  const tensor = [intField(VALUE.elementType, ELEMENT_TYPE[type]), messageField(VALUE.shape, shape)];
  return [stringField(VALUE.name, name), messageField(VALUE.type, [messageField(VALUE.tensorType, tensor)])];
}
