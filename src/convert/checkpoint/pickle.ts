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

type Value =
  | string
  | number
  | boolean
  | null
  | Storage
  | PickledTensor
  | Named
  | Mark
  | readonly Value[]
  | Map<string, Value>;

/** A dictionary by names, as deep as the pickle has it. */
export type PickledDictionary = ReadonlyMap<string, unknown>;

class Mark {
  readonly kind = 'mark';
}

const STORAGE = /^torch\.\w+Storage$/;
const ORDERED_DICT = 'collections.OrderedDict';
const TENSOR = 'torch._utils._rebuild_tensor_v2';
const PARAMETER = 'torch._utils._rebuild_parameter';

/** A checkpoint of a thousand tensors is described in some hundred kilobytes. */
export const MOST_PICKLE_BYTES = 16 * 2 ** 20;

/** More dimensions than any tensor of a checkpoint has. */
const MOST_DIMENSIONS = 16;

/**
 * The dictionary that a pickle holds, of tensors, numbers, texts and further dictionaries. Nothing is executed: this knows the
 * opcodes and names that `torch.save` of a state dictionary writes, and refuses the first other one by its name. It works on a
 * stack of its own and never calls itself, so that depth costs nothing; values are shared, never copied, so that it needs no
 * more memory than some bytes for each byte of the pickle.
 * @throws CheckpointError that names what is not known, or says that the pickle is damaged.
 * Source: Python's Lib/pickletools.py, protocol 2.
 */
export function readPickle(bytes: Buffer): PickledDictionary {
  if (bytes.length > MOST_PICKLE_BYTES)
    throw new CheckpointError(
      `expected a pickle of at most ${MOST_PICKLE_BYTES} bytes, received ${bytes.length}`,
    );
  const result = new Machine(bytes).run();
  if (result instanceof Map) return result;
  throw new CheckpointError(`expected a dictionary of tensors, received ${describe(result)}`);
}

class Machine {
  readonly #bytes: Buffer;
  readonly #stack: Value[] = [];
  readonly #memo = new Map<number, Value>();
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  run(): Value {
    for (;;) {
      const place = this.#at;
      const opcode = this.#take(1)[0]!;
      if (opcode === STOP) return this.#pop();
      const step = STEPS[opcode];
      if (!step)
        throw new CheckpointError(
          `expected a pickle of tensors and dictionaries, received the opcode 0x${opcode.toString(16).padStart(2, '0')} at byte ${place}`,
        );
      step(this.#hands);
    }
  }

  /** What a step may do. */
  readonly #hands = {
    take: (count: number) => this.#take(count),
    line: () => this.#line(),
    push: (value: Value) => void this.#stack.push(value),
    pop: () => this.#pop(),
    popToMark: () => this.#popToMark(),
    top: () => this.#top(),
    put: (place: number) => void this.#memo.set(place, this.#top()),
    get: (place: number) => {
      const value = this.#memo.get(place);
      if (value === undefined) throw damaged();
      this.#stack.push(value);
    },
  };

  #take(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw damaged();
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw damaged();
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }

  #pop(): Value {
    const value = this.#stack.pop();
    if (value === undefined) throw damaged();
    return value;
  }

  #top(): Value {
    const value = this.#stack.at(-1);
    if (value === undefined) throw damaged();
    return value;
  }

  #popToMark(): Value[] {
    const at = this.#stack.findLastIndex((value) => value instanceof Mark);
    if (at < 0) throw damaged();
    const values = this.#stack.splice(at).slice(1);
    return values;
  }
}

type Hands = {
  readonly take: (count: number) => Buffer;
  readonly line: () => string;
  readonly push: (value: Value) => void;
  readonly pop: () => Value;
  readonly popToMark: () => Value[];
  readonly top: () => Value;
  readonly put: (place: number) => void;
  readonly get: (place: number) => void;
};

const STOP = 0x2e;

/** What each opcode does, by its byte. */
const STEPS: Readonly<Record<number, (hands: Hands) => void>> = {
  // PROTO
  0x80: ({ take }) => {
    const [version] = take(1);
    if (version !== 2)
      throw new CheckpointError(`expected a pickle of protocol 2, received one of ${version}`);
  },
  // GLOBAL
  0x63: ({ line, push }) => push(known(`${line()}.${line()}`)),
  // BINPUT, LONG_BINPUT, BINGET, LONG_BINGET
  0x71: ({ take, put }) => put(take(1)[0]!),
  0x72: ({ take, put }) => put(take(4).readUInt32LE()),
  0x68: ({ take, get }) => get(take(1)[0]!),
  0x6a: ({ take, get }) => get(take(4).readUInt32LE()),
  // MARK, EMPTY_TUPLE, TUPLE, TUPLE1, TUPLE2, TUPLE3
  0x28: ({ push }) => push(new Mark()),
  0x29: ({ push }) => push([]),
  0x74: ({ push, popToMark }) => push(popToMark()),
  0x85: ({ push, pop }) => push([pop()]),
  0x86: ({ push, pop }) => push([pop(), pop()].reverse()),
  0x87: ({ push, pop }) => push([pop(), pop(), pop()].reverse()),
  // EMPTY_DICT, SETITEM, SETITEMS
  0x7d: ({ push }) => push(new Map()),
  0x73: ({ pop, top }) => {
    const value = pop();
    setItems(top, [pop(), value]);
  },
  0x75: ({ popToMark, top }) => setItems(top, popToMark()),
  // NONE, NEWTRUE, NEWFALSE
  0x4e: ({ push }) => push(null),
  0x88: ({ push }) => push(true),
  0x89: ({ push }) => push(false),
  // BININT, BININT1, BININT2, LONG1
  0x4a: ({ take, push }) => push(take(4).readInt32LE()),
  0x4b: ({ take, push }) => push(take(1)[0]!),
  0x4d: ({ take, push }) => push(take(2).readUInt16LE()),
  0x8a: ({ take, push }) => push(longOf(take(take(1)[0]!))),
  // BINUNICODE
  0x58: ({ take, push }) => push(take(take(4).readUInt32LE()).toString('utf8')),
  // BINPERSID, REDUCE, BUILD
  0x51: ({ push, pop }) => push(toStorage(pop())),
  0x52: ({ push, pop }) => {
    const given = pop();
    push(call(pop(), given));
  },
  // What is built onto a dictionary are PyTorch's notes on its versions, which say nothing of the numbers.
  0x62: ({ pop, top }) => {
    if (!(pop() instanceof Map && top() instanceof Map)) throw damaged();
  },
};

function known(name: string): Named {
  if ([ORDERED_DICT, TENSOR, PARAMETER].includes(name) || STORAGE.test(name)) return { kind: 'named', name };
  throw new CheckpointError(
    `expected tensors and dictionaries, received ${quoted(name)}, which is not loaded`,
  );
}

function call(callee: Value, given: Value): Value {
  const name = isKind(callee, 'named') ? callee.name : undefined;
  if (!Array.isArray(given)) throw damaged();
  const values = given as readonly Value[];
  if (name === ORDERED_DICT && values.length === 0) return new Map();
  if (name === TENSOR) return toTensor(values);
  if (name === PARAMETER && isKind(values[0], 'tensor')) return values[0];
  throw damaged();
}

/** `('storage', torch.FloatStorage, '17', 'cpu', 1024)`; where it lay and how long it is says nothing to us. */
function toStorage(id: Value): Storage {
  const [tag, type, key] = Array.isArray(id) ? (id as readonly Value[]) : [];
  if (tag !== 'storage' || !isKind(type, 'named') || typeof key !== 'string') throw damaged();
  if (!/^\d{1,9}$/.test(key))
    throw new CheckpointError(`expected a storage with a number for a key, received ${quoted(key)}`);
  return { kind: 'storage', type: type.name.slice('torch.'.length), key };
}

function toTensor([storage, offset, dims, strides]: readonly Value[]): PickledTensor {
  if (!isKind(storage, 'storage') || !isCount(offset) || !isCounts(dims) || !isCounts(strides))
    throw damaged();
  if (dims.length !== strides.length) throw damaged();
  return { kind: 'tensor', storage, offset, dims, strides };
}

function isCount(value: Value | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: Value | undefined): value is readonly number[] {
  return Array.isArray(value) && value.length <= MOST_DIMENSIONS && value.every(isCount);
}

function setItems(top: () => Value, items: readonly Value[]): void {
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
function longOf(bytes: Buffer): number {
  if (bytes.length === 0) return 0;
  if (bytes.length > 6)
    throw new CheckpointError(`expected numbers of up to 6 bytes, received one of ${bytes.length}`);
  return bytes.readIntLE(0, bytes.length);
}

function isKind<K extends 'named' | 'storage' | 'tensor'>(
  value: Value | undefined,
  kind: K,
): value is Extract<Value, { kind: K }> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Map) &&
    'kind' in value &&
    value.kind === kind
  );
}

function describe(value: Value): string {
  if (Array.isArray(value)) return 'a tuple';
  if (value instanceof Map) return 'a dictionary';
  if (isKind(value, 'tensor')) return 'a tensor';
  return typeof value === 'object' && value !== null
    ? 'something else'
    : `${JSON.stringify(value)}`.slice(0, 80);
}

function damaged(): CheckpointError {
  return new CheckpointError('expected a pickle as torch.save writes it, received a damaged one');
}
