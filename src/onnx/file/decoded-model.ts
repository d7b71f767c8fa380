import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { bytesOf } from './bytes.js';
import { messageField } from './fields.js';
import { EXTERNAL, GRAPH, MODEL, TENSOR, refusePointer } from './graph-fields.js';

/** 64-bit numbers as protobufjs decodes them; `Number()` of one is exact for every size in a model file. */
export type Int64 = number | { toNumber(): number };

/** A tensor stored in the model. Its values are in `rawData` (little-endian) or in the list of its type. */
export interface Tensor {
  name: string;
  dims: Int64[];
  dataType: number;
  rawData?: Uint8Array;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: Int64[];
  dataLocation?: number;
  /** Where the values are in another file, if `dataLocation` says so. */
  externalData?: { key: string; value: string }[];
}

export interface Attribute {
  name: string;
  type: number;
  i?: Int64;
  f?: number;
  s?: Uint8Array;
  t?: Tensor;
  g?: GraphProto;
  ints?: Int64[];
  floats?: number[];
  graphs?: GraphProto[];
}

export interface OnnxNode {
  name: string;
  opType: string;
  /** Absent and '' both mean ONNX's own operators. */
  domain?: string;
  input: string[];
  output: string[];
  attribute: Attribute[];
}

export interface GraphProto {
  node: OnnxNode[];
  initializer: Tensor[];
  input: { name: string }[];
  output: { name: string }[];
  valueInfo: { name: string }[];
}

/** A model file in memory. Fields that the schema does not know are kept and written back. */
export interface OnnxModel {
  irVersion: Int64;
  opsetImport: { domain?: string; version: Int64 }[];
  graph: GraphProto;
}

/** Values of `TensorProto.DataType` that the rewrites handle. */
export const DataType = { float: 1, uint8: 2, int8: 3, int64: 7 } as const;

/** Values of `AttributeProto.AttributeType` that the rewrites write. */
export const AttributeType = { float: 1, int: 2, ints: 7 } as const;

// ONNX's own schema, unchanged from its Python package 1.23.2 (Apache-2.0); the build copies it beside the compiled file.
const schemaUrl = new URL('./onnx.proto', import.meta.url);
const schema = protobuf.parse(readFileSync(schemaUrl, 'utf8')).root;
const ModelType = schema.lookupType('onnx.ModelProto');
const GraphType = schema.lookupType('onnx.GraphProto');
const TensorType = schema.lookupType('onnx.TensorProto');

/**
 * The model that an ONNX file's bytes hold. Weights are views of the bytes, not copies: the bytes must stay unchanged.
 * @throws Error if they are no ONNX model, or if weights are in another file: `parseWithExternal` reads those too.
 */
export function parseModel(bytes: Uint8Array): OnnxModel {
  const model = decodeModel(bytes);
  if (weightsOf(model).some(({ dataLocation }) => dataLocation === EXTERNAL))
    throw new Error('model: expected the weights inside the ONNX file, received external data');
  return model;
}

/** The tensors that a model holds, those of graphs inside its nodes left out. */
export function weightsOf({ graph }: OnnxModel): Tensor[] {
  const constants = graph.node.flatMap(({ attribute }) => attribute.flatMap(({ t }) => t ?? []));
  return [...graph.initializer, ...constants];
}

/** The same with weights in other files left there. */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  refusePointer(bytesOf(bytes));
  // A Buffer, because protobufjs takes views of Buffers and copies of plain arrays.
  const reader = protobuf.Reader.create(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  reader.discardUnknown = false;
  let model: OnnxModel;
  try {
    model = ModelType.decode(reader) as unknown as OnnxModel;
  } catch (cause) {
    throw new Error('model: expected an ONNX file, received bytes of another format', { cause });
  }
  if (!Object.hasOwn(model, 'graph') || model.graph.node.length === 0) {
    throw new Error('model: expected an ONNX file with a graph, received one without');
  }
  return model;
}

/** The model's bytes, in one new array. */
export function encodeModel(model: OnnxModel): Uint8Array {
  return Buffer.concat(modelChunks(model));
}

/**
 * The model's bytes in pieces, to be written one after the other. The weights among them are the model's own arrays,
 * so that a model of hundreds of megabytes is written without a second copy of it in memory.
 */
export function modelChunks(model: OnnxModel): Uint8Array[] {
  return modelParts(model, (tensor) => (Object.hasOwn(tensor, 'rawData') ? tensor.rawData : undefined));
}

/**
 * The same of a model whose weights are not all in memory.
 * @param valuesOf What stands for a tensor's bytes among the pieces, of their length; `undefined` for a tensor without any.
 */
export function modelParts<P extends { readonly length: number }>(
  model: OnnxModel,
  valuesOf: (tensor: Tensor) => P | undefined,
): (P | Uint8Array)[] {
  const { graph } = model;
  const weights = graph.initializer.flatMap((tensor) => {
    const values = valuesOf(tensor);
    const head = encode(TensorType, values === undefined ? tensor : without(tensor, 'rawData'));
    const body = values === undefined ? [] : messageField(TENSOR.rawData, [values]);
    return messageField<P | Uint8Array>(GRAPH.initializer, [head, ...body]);
  });
  return [
    encode(ModelType, without(model, 'graph')),
    ...messageField(MODEL.graph, [encode(GraphType, without(graph, 'initializer')), ...weights]),
  ];
}

function encode(type: protobuf.Type, message: object): Uint8Array {
  return type.encode(message).finish();
}

/** The message without one field; unlike a spread, this keeps the fields that the schema does not know. */
function without<T extends object>(message: T, field: keyof T & string): object {
  const fields = Object.entries(Object.getOwnPropertyDescriptors(message)).filter(([name]) => name !== field);
  return Object.defineProperties({}, Object.fromEntries(fields));
}
