import { CheckpointError } from './not-a-checkpoint.js';
import { quoted } from './zip.js';

/** Numbers of a tensor, in the member `data/KEY` of the archive. */
export interface Storage {
  readonly kind: 'storage';
  /** As PyTorch calls it, such as `FloatStorage`. */
  readonly type: string;
  readonly key: string;
}

/** A tensor as it is described, its numbers not read. */
export interface PickledTensor {
  readonly kind: 'tensor';
  readonly storage: Storage;
  /** In elements. */
  readonly offset: number;
  readonly dims: readonly number[];
  readonly strides: readonly number[];
}

/** Something that a pickle names: a function or a class of Python, of which nothing is ever loaded. */
interface Named {
  readonly kind: 'named';
  readonly name: string;
}

export type PickledValue =
  | string
  | number
  | boolean
  | null
  | Storage
  | PickledTensor
  | Named
  | Mark
  | readonly PickledValue[]
  | Map<string, PickledValue>;

export class Mark {
  readonly kind = 'mark';
}

const STORAGE = /^torch\.\w+Storage$/;
const ORDERED_DICT = 'collections.OrderedDict';
const TENSOR = 'torch._utils._rebuild_tensor_v2';
const PARAMETER = 'torch._utils._rebuild_parameter';

/** More dimensions than any tensor of a checkpoint has. */
const MOST_DIMENSIONS = 16;

export function known(name: string): Named {
  if ([ORDERED_DICT, TENSOR, PARAMETER].includes(name) || STORAGE.test(name)) return { kind: 'named', name };
  throw new CheckpointError(
    `expected tensors and dictionaries, received ${quoted(name)}, which is not loaded`,
  );
}

export function call(callee: PickledValue, given: PickledValue): PickledValue {
  const name = isKind(callee, 'named') ? callee.name : undefined;
  if (!Array.isArray(given)) throw damaged();
  const values = given as readonly PickledValue[];
  if (name === ORDERED_DICT && values.length === 0) return new Map();
  if (name === TENSOR) return toTensor(values);
  if (name === PARAMETER && isKind(values[0], 'tensor')) return values[0];
  throw damaged();
}

/** `('storage', torch.FloatStorage, '17', 'cpu', 1024)`; where it lay and how long it is says nothing to us. */
export function toStorage(id: PickledValue): Storage {
  const [tag, type, key] = Array.isArray(id) ? (id as readonly PickledValue[]) : [];
  if (tag !== 'storage' || !isKind(type, 'named') || typeof key !== 'string') throw damaged();
  if (!/^\d{1,9}$/.test(key))
    throw new CheckpointError(`expected a storage with a number for a key, received ${quoted(key)}`);
  return { kind: 'storage', type: type.name.slice('torch.'.length), key };
}

function toTensor([storage, offset, dims, strides]: readonly PickledValue[]): PickledTensor {
  if (!isKind(storage, 'storage') || !isCount(offset) || !isCounts(dims) || !isCounts(strides))
    throw damaged();
  if (dims.length !== strides.length) throw damaged();
  return { kind: 'tensor', storage, offset, dims, strides };
}

function isCount(value: PickledValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: PickledValue | undefined): value is readonly number[] {
  return Array.isArray(value) && value.length <= MOST_DIMENSIONS && value.every(isCount);
}

export function setItems(top: () => PickledValue, items: readonly PickledValue[]): void {
  const target = top();
  if (!(target instanceof Map) || items.length % 2 !== 0) throw damaged();
  for (let at = 0; at < items.length; at += 2) {
    const key = items[at]!;
    if (typeof key !== 'string')
      throw new CheckpointError(
        `expected a dictionary by names, received one with ${describe(key)} for a key`,
      );
    target.set(key, items[at + 1]!);
  }
}

/** A number of up to six bytes, little-endian with a sign. */
export function longOf(bytes: Buffer): number {
  if (bytes.length === 0) return 0;
  if (bytes.length > 6)
    throw new CheckpointError(`expected numbers of up to 6 bytes, received one of ${bytes.length}`);
  return bytes.readIntLE(0, bytes.length);
}

function isKind<K extends 'named' | 'storage' | 'tensor'>(
  value: PickledValue | undefined,
  kind: K,
): value is Extract<PickledValue, { kind: K }> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Map) &&
    'kind' in value &&
    value.kind === kind
  );
}

export function describe(value: PickledValue): string {
  if (Array.isArray(value)) return 'a tuple';
  if (value instanceof Map) return 'a dictionary';
  if (isKind(value, 'tensor')) return 'a tensor';
  return typeof value === 'object' && value !== null
    ? 'something else'
    : `${JSON.stringify(value)}`.slice(0, 80);
}

export function damaged(): CheckpointError {
  return new CheckpointError('expected a pickle as torch.save writes it, received a damaged one');
}
