import type { Int64, Tensor } from './decoded-model.js';
import { DataType } from './decoded-model.js';

/** A tensor's shape as plain numbers. */
export function dimsOf(tensor: Tensor): number[] {
  return tensor.dims.map(Number);
}

/** The values of a float32 tensor, row by row; a view of the model's bytes where alignment allows. */
export function toFloats(tensor: Tensor): Float32Array {
  if (tensor.dataType !== DataType.float) {
    throw new Error(`${tensor.name}: expected a float32 tensor, received data type ${tensor.dataType}`);
  }
  const raw = tensor.rawData;
  if (raw === undefined || raw.byteLength === 0) return Float32Array.from(tensor.floatData ?? []);
  if (raw.byteOffset % 4 === 0) return new Float32Array(raw.buffer, raw.byteOffset, raw.byteLength / 4);
  return new Float32Array(new Uint8Array(raw).buffer);
}

/** The values of an int64 tensor as plain numbers, or undefined for any other type. */
export function toInts(tensor: Tensor): number[] | undefined {
  if (tensor.dataType !== DataType.int64) return undefined;
  const raw = tensor.rawData;
  if (raw === undefined || raw.byteLength === 0) return (tensor.int64Data ?? []).map(Number);
  return Array.from(new BigInt64Array(new Uint8Array(raw).buffer), Number);
}

/** A float32 tensor over `values`, which it shares. */
export function floatTensor(name: string, dims: readonly number[], values: Float32Array): Tensor {
  return { name, dims: [...dims], dataType: DataType.float, rawData: bytesOf(values) };
}

/** A uint8 tensor over `values`, which it shares. */
export function byteTensor(name: string, dims: readonly number[], values: Uint8Array): Tensor {
  return { name, dims: [...dims], dataType: DataType.uint8, rawData: bytesOf(values) };
}

/** An int8 tensor over `values`, which it shares. */
export function signedByteTensor(name: string, dims: readonly number[], values: Int8Array): Tensor {
  return { name, dims: [...dims], dataType: DataType.int8, rawData: bytesOf(values) };
}

/** A one-dimensional int64 tensor. */
export function intTensor(name: string, values: readonly number[]): Tensor {
  const raw = bytesOf(BigInt64Array.from(values, BigInt));
  return { name, dims: [values.length], dataType: DataType.int64, rawData: raw };
}

/** A plain number, for an attribute or dimension that may be absent. */
export function toNumber(value: Int64 | undefined, otherwise: number): number {
  return value === undefined ? otherwise : Number(value);
}

/** The same bytes as a Buffer: protobufjs copies any other array once more than it must. */
function bytesOf(values: ArrayBufferView): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
