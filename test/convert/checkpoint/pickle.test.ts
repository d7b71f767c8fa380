import { expect } from 'chai';
import { MOST_PICKLE_BYTES, readPickle } from '../../../src/convert/checkpoint/pickle.js';
import { op, pickled, tensorOps } from '../../support/checkpoint-file.js';

const TENSOR = { name: 'a', dims: [2, 3], key: '7' };

describe('readPickle', () => {
  const read =
    (...parts: readonly Buffer[]) =>
    () =>
      readPickle(Buffer.concat([op.proto(), ...parts, op.stop()]));

  it('describes the tensors of a state dictionary, and reads none of their numbers', () => {
    const tensors = readPickle(pickled([TENSOR, { ...TENSOR, name: 'b', offset: 6 }]));
    expect([...tensors.keys()]).to.deep.equal(['a', 'b']);
    expect(tensors.get('a')).to.deep.equal({
      kind: 'tensor',
      storage: { kind: 'storage', type: 'FloatStorage', key: '7' },
      ...{ offset: 0, dims: [2, 3], strides: [3, 1] },
    });
    expect(tensors.get('b')).to.include({ offset: 6 });
  });

  it('takes a parameter for the tensor that it is', () => {
    const parameter = [
      ...[op.dict(), op.text('p'), op.global('torch._utils', '_rebuild_parameter'), op.mark()],
      ...[...tensorOps(TENSOR), op.no(), op.dict(), op.tuple(), op.reduce(), op.setItem()],
    ];
    expect(read(...parameter)().get('p')).to.include({ kind: 'tensor' });
  });

  it('reads numbers of one to six bytes, with their sign', () => {
    const long = (...bytes: number[]) => Buffer.of(0x8a, bytes.length, ...bytes);
    const numbers = [
      ...[op.dict(), op.mark(), op.text('a'), long(0, 0, 0, 0, 1), op.text('b'), long(0xff)],
      ...[op.text('c'), long(), op.text('d'), op.int(-1), op.text('e'), Buffer.of(0x88), op.setItems()],
    ];
    expect([...read(...numbers)().values()]).to.deep.equal([2 ** 32, -1, 0, -1, true]);
    expect(read(long(1, 2, 3, 4, 5, 6, 7))).to.throw('expected numbers of up to 6 bytes, received one of 7');
  });

  it('reads short numbers, nothing, triples, and what is named with four bytes', () => {
    const short = (number: number) => Buffer.of(0x4b, number);
    const entries = [
      ...[op.text('a'), short(5), op.text('b'), Buffer.of(0x4d, 2, 1), op.text('c'), Buffer.of(0x4e)],
      ...[op.text('d'), short(1), short(2), short(3), Buffer.of(0x87), Buffer.of(0x72, 0, 1, 0, 0)],
      ...[op.text('e'), Buffer.of(0x6a, 0, 1, 0, 0)],
    ];
    const values = [...read(op.dict(), op.mark(), ...entries, op.setItems())().values()];
    expect(values).to.deep.equal([5, 258, null, [1, 2, 3], [1, 2, 3]]);
    expect(values[4]).to.equal(values[3]);
    expect(read(op.dict(), Buffer.of(0x6a, 9, 0, 0, 0))).to.throw('a damaged one');
  });

  for (const [what, ops, message] of [
    ['a function of Python', [op.global('os', 'system')], 'received "os.system", which is not loaded'],
    ['a function of builtins', [op.global('__builtin__', 'eval')], 'received "__builtin__.eval"'],
    ['a storage by another module', [op.global('torchx', 'FloatStorage')], 'received "torchx.FloatStorage"'],
    ['a list, as of weights in an optimiser', [Buffer.of(0x5d)], 'received the opcode 0x5d at byte 2'],
    ['an instance of a class', [Buffer.of(0x81)], 'received the opcode 0x81'],
    ['an extension', [Buffer.of(0x82, 1)], 'received the opcode 0x82'],
    ['text instead of a dictionary', [op.text('x')], 'expected a dictionary of tensors, received "x"'],
    ['a tensor alone', tensorOps(TENSOR), 'expected a dictionary of tensors, received a tensor'],
    ['numbers as keys', [op.dict(), op.int(1), op.int(2), op.setItem()], 'received one with 1 for a key'],
    ['a storage with a path for a key', tensorOps({ ...TENSOR, key: '../../etc' }), 'received "../../etc"'],
    ['a protocol that is not 2', [op.proto(4)], 'expected a pickle of protocol 2, received one of 4'],
    ['sizes below 0', tensorOps({ ...TENSOR, dims: [-2, 3] }), 'a damaged one'],
    [
      'more dimensions than there are',
      tensorOps({ ...TENSOR, dims: Array(17).fill(1) as number[] }),
      'a damaged one',
    ],
    ['sizes and strides that are not as many', tensorOps({ ...TENSOR, strides: [1] }), 'a damaged one'],
    ['a call of what is no function', [op.dict(), op.emptyTuple(), op.reduce()], 'a damaged one'],
    [
      'a call without arguments',
      [op.global('collections', 'OrderedDict'), op.dict(), op.reduce()],
      'a damaged one',
    ],
    [
      'an item without a dictionary',
      [op.text('a'), op.text('b'), op.text('c'), op.setItem()],
      'a damaged one',
    ],
    ['half an item', [op.dict(), op.mark(), op.text('a'), op.setItems()], 'a damaged one'],
    ['more taken than there is', [op.setItem()], 'a damaged one'],
    ['an end without a beginning', [op.tuple()], 'a damaged one'],
    ['what was never put', [op.get(9)], 'a damaged one'],
    ['state of what is no dictionary', [op.text('a'), op.dict(), op.build()], 'a damaged one'],
    ['a name without an end', [Buffer.from('cos')], 'a damaged one'],
    ['a storage of nothing', [op.text('a'), op.persistent()], 'a damaged one'],
  ] as const)
    it(`refuses ${what}`, () => {
      expect(read(...ops)).to.throw(message);
    });

  it('refuses a text that is longer than the pickle, and a pickle without an end', () => {
    expect(read(Buffer.of(0x58, 0xff, 0xff, 0xff, 0x7f))).to.throw('a damaged one');
    expect(() => readPickle(Buffer.concat([op.proto(), op.dict()]))).to.throw('a damaged one');
    expect(() => readPickle(Buffer.alloc(MOST_PICKLE_BYTES + 1))).to.throw('expected a pickle of at most');
  });

  it('is not impressed by depth: a million tuples in tuples, a dictionary in itself', () => {
    const deep = Buffer.alloc(1_000_000, 0x85);
    expect(read(op.emptyTuple(), deep)).to.throw('expected a dictionary of tensors, received a tuple');
    const itself = read(op.dict(), op.put(1), op.text('a'), op.get(1), op.setItem())();
    expect(itself.get('a')).to.equal(itself);
  });

  it('is not impressed by a tuple of itself many times over, which would be 2 to the 200th if it were copied', () => {
    const doubled = Array.from({ length: 200 }, () => [op.put(0), op.get(0), Buffer.of(0x86)]).flat();
    expect(read(op.emptyTuple(), ...doubled)).to.throw('received a tuple');
  });
});
