import { crc32 } from './crc32.js';

/** A tensor of a checkpoint under construction. */
export interface TensorSketch {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** A file as `torch.save` writes a state dictionary: a ZIP archive, nothing compressed. */
export function checkpointFile(tensors: Readonly<Record<string, TensorSketch>>): Buffer {
  const entries = Object.entries(tensors);
  return zipFile({
    'tiny/data.pkl': pickled(entries.map(([name, { dims }], key) => ({ name, dims, key: String(key) }))),
    'tiny/byteorder': Buffer.from('little'),
    ...Object.fromEntries(
      entries.map(([, { values }], key) => [
        `tiny/data/${key}`,
        Buffer.from(values.buffer, values.byteOffset, values.byteLength),
      ]),
    ),
    'tiny/version': Buffer.from('3\n'),
  });
}

/** Opcodes of protocol 2, one call each. Source: Python's Lib/pickletools.py. */
export const op = {
  proto: (version = 2) => Buffer.of(0x80, version),
  global: (module: string, name: string) => Buffer.from(`c${module}\n${name}\n`),
  text: (value: string) => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.of(0x58), uint32(bytes.length), bytes]);
  },
  int: (value: number) => Buffer.concat([Buffer.of(0x4a), uint32(value)]),
  mark: () => Buffer.of(0x28),
  tuple: () => Buffer.of(0x74),
  emptyTuple: () => Buffer.of(0x29),
  dict: () => Buffer.of(0x7d),
  setItem: () => Buffer.of(0x73),
  setItems: () => Buffer.of(0x75),
  reduce: () => Buffer.of(0x52),
  build: () => Buffer.of(0x62),
  persistent: () => Buffer.of(0x51),
  put: (place: number) => Buffer.of(0x71, place),
  get: (place: number) => Buffer.of(0x68, place),
  no: () => Buffer.of(0x89),
  stop: () => Buffer.of(0x2e),
};

const orderedDict = () => [op.global('collections', 'OrderedDict'), op.emptyTuple(), op.reduce()];
const ints = (values: readonly number[]) => [op.mark(), ...values.map(op.int), op.tuple()];

export interface PickledSketch {
  readonly name: string;
  readonly dims: readonly number[];
  readonly key: string;
  readonly storage?: string;
  readonly strides?: readonly number[];
  readonly offset?: number;
}

/** A tensor as a pickle describes it. */
export function tensorOps({
  dims,
  key,
  storage = 'FloatStorage',
  strides,
  offset = 0,
}: PickledSketch): Buffer[] {
  const usual = dims.map((_, at) => dims.slice(at + 1).reduce((product, size) => product * size, 1));
  const id = [op.text('storage'), op.global('torch', storage), op.text(key), op.text('cpu'), op.int(1)];
  return [
    op.global('torch._utils', '_rebuild_tensor_v2'),
    op.mark(),
    ...[op.mark(), ...id, op.tuple(), op.persistent(), op.int(offset)],
    ...[...ints(dims), ...ints(strides ?? usual), op.no(), ...orderedDict()],
    ...[op.tuple(), op.reduce()],
  ];
}

export function pickled(tensors: readonly PickledSketch[]): Buffer {
  return Buffer.concat([
    ...[op.proto(), ...orderedDict(), op.put(0), op.mark()],
    ...tensors.flatMap((tensor) => [op.text(tensor.name), ...tensorOps(tensor)]),
    ...[op.setItems(), op.dict(), op.text('_metadata'), ...orderedDict(), op.setItem(), op.build()],
    op.stop(),
  ]);
}

export interface ZipSketch {
  /** How each member is said to be compressed; 0 is not at all. */
  readonly method?: number;
  readonly flags?: number;
  /** What each member is said to hold, if not what it does. */
  readonly size?: number;
  /** Writes the sizes in ZIP64's way. */
  readonly isWide?: boolean;
}

/** A ZIP archive of these members, stored as they are. Source: PKWARE's APPNOTE.TXT, 4.3. */
export function zipFile(members: Readonly<Record<string, Buffer>>, sketch: ZipSketch = {}): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(members)) {
    const { local, entry } = zipMember(name, content.length, crc32(content), at, sketch);
    directory.push(entry);
    pieces.push(local, content);
    at += local.length + content.length;
  }
  return Buffer.concat([...pieces, zipEnd(directory, at, sketch)]);
}

/** What stands before a member's bytes, and for it in the directory. */
export function zipMember(
  name: string,
  length: number,
  sum: number,
  at: number,
  { method = 0, flags = 0, size = length, isWide = false }: ZipSketch = {},
): { local: Buffer; entry: Buffer } {
  const bytes = Buffer.from(name);
  const common = [uint16(20), uint16(flags), uint16(method), uint32(0), uint32(sum)];
  const local = [uint32(0x04034b50), ...common, uint32(size), uint32(size), uint16(bytes.length), uint16(0)];
  const extra = isWide ? [uint16(1), uint16(24), ...[size, size, at].map(uint64)] : [];
  const usual = (value: number) => uint32(isWide ? 0xffff_ffff : value);
  const entry = [
    ...[uint32(0x02014b50), uint16(20), ...common, usual(size), usual(size), uint16(bytes.length)],
    ...[uint16(Buffer.concat(extra).length), uint16(0), uint16(0), uint16(0), uint32(0), usual(at)],
    ...[bytes, ...extra],
  ];
  return { local: Buffer.concat([...local, bytes]), entry: Buffer.concat(entry) };
}

/** What stands behind all members: the directory, and where it is. */
export function zipEnd(
  directory: readonly Buffer[],
  at: number,
  { isWide = false }: Pick<ZipSketch, 'isWide'> = {},
): Buffer {
  const list = Buffer.concat(directory);
  const count = directory.length;
  const wideEnd = [
    ...[uint32(0x06064b50), uint64(44), uint16(45), uint16(45), uint32(0), uint32(0)],
    ...[uint64(count), uint64(count), uint64(list.length), uint64(at)],
    ...[uint32(0x07064b50), uint32(0), uint64(at + list.length), uint32(1)],
  ];
  const end = [uint32(0x06054b50), uint16(0), uint16(0), uint16(count), uint16(count)];
  const place = isWide ? [uint32(0xffff_ffff), uint32(0xffff_ffff)] : [uint32(list.length), uint32(at)];
  return Buffer.concat([list, ...(isWide ? wideEnd : []), ...end, ...place, uint16(0)]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
