import { CheckpointError } from './not-a-checkpoint.js';
import { call, damaged, describe, known, longOf, Mark, setItems, toStorage } from './pickle-values.js';
import type { PickledValue } from './pickle-values.js';

/** A dictionary by names, as deep as the pickle has it. */
export type PickledDictionary = ReadonlyMap<string, unknown>;

/** A checkpoint of a thousand tensors is described in some hundred kilobytes. */
export const MOST_PICKLE_BYTES = 16 * 2 ** 20;

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
  readonly #stack: PickledValue[] = [];
  readonly #memo = new Map<number, PickledValue>();
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  run(): PickledValue {
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
    push: (value: PickledValue) => void this.#stack.push(value),
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

  #pop(): PickledValue {
    const value = this.#stack.pop();
    if (value === undefined) throw damaged();
    return value;
  }

  #top(): PickledValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw damaged();
    return value;
  }

  #popToMark(): PickledValue[] {
    const at = this.#stack.findLastIndex((value) => value instanceof Mark);
    if (at < 0) throw damaged();
    const values = this.#stack.splice(at).slice(1);
    return values;
  }
}

type Hands = {
  readonly take: (count: number) => Buffer;
  readonly line: () => string;
  readonly push: (value: PickledValue) => void;
  readonly pop: () => PickledValue;
  readonly popToMark: () => PickledValue[];
  readonly top: () => PickledValue;
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
