import type { FileHandle } from 'node:fs/promises';
import { NoFileError, openFile } from '../../core/regular-file.js';
import { CheckpointError } from './not-a-checkpoint.js';
import { MOST_PICKLE_BYTES, readPickle } from './pickle.js';
import type { PickledTensor } from './pickle-values.js';
import { dataStart, quoted, readAt, readZip } from './zip.js';
import type { ZipMember } from './zip.js';

/** The tensors of a checkpoint, by name. */
export interface Weights {
  /** In the order of the file. */
  readonly names: readonly string[];
  /** The shape of a tensor; `undefined` if there is none of that name. */
  dims(name: string): readonly number[] | undefined;
  /**
   * Its numbers, row by row, from the file.
   * @throws CheckpointError if there is none of that name.
   */
  floats(name: string): Promise<Float32Array<ArrayBuffer>>;
}

export interface Checkpoint extends Weights {
  close(): Promise<void>;
}

const FLOAT = { storage: 'FloatStorage', bytes: 4 };

/**
 * A state dictionary as `torch.save` writes it, with its tensors described and none of their numbers read. Each tensor is
 * looked at whole: it is of float32, lies row by row, and inside its storage.
 * @throws CheckpointError that names the file, and the tensor that is not so.
 */
export async function openCheckpoint(file: string): Promise<Checkpoint> {
  const handle = await openFile(file).catch((error: NodeJS.ErrnoException) => {
    const isNoFile = error instanceof NoFileError;
    const why = isNoFile
      ? error.message
      : `expected a file that can be read, the system answered ${error.code}`;
    throw new CheckpointError(`${file}: ${why}`, {
      cause: error,
    });
  });
  try {
    return await readCheckpoint(handle);
  } catch (error) {
    await handle.close();
    if (error instanceof CheckpointError)
      throw new CheckpointError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

async function readCheckpoint(file: FileHandle): Promise<Checkpoint> {
  const { size } = await file.stat();
  const members = await readZip(file);
  const read = async (member: ZipMember, length = member.size, from = 0) =>
    readAt(file, (await dataStart(file, member)) + from, length, size);
  const root = rootOf(members);
  const pickle = members.get(`${root}data.pkl`)!;
  if (pickle.size > MOST_PICKLE_BYTES)
    throw new CheckpointError(
      `expected a pickle of at most ${MOST_PICKLE_BYTES} bytes, it has ${pickle.size}`,
    );
  const order = members.get(`${root}byteorder`);
  if (order && (await read(order, Math.min(order.size, 16))).toString() !== 'little')
    throw new CheckpointError('expected numbers with the lowest byte first, as byteorder says they are not');

  const tensors = new Map<string, { readonly tensor: PickledTensor; readonly member: ZipMember }>();
  for (const [name, value] of readPickle(await read(pickle))) {
    if (!isTensor(value))
      throw new CheckpointError(`${quoted(name)}: expected a tensor, received something else`);
    const member = members.get(`${root}data/${value.storage.key}`);
    tensors.set(name, { tensor: value, member: checked(name, value, member) });
  }
  return {
    names: [...tensors.keys()],
    dims: (name) => tensors.get(name)?.tensor.dims,
    floats: async (name) => {
      const found = tensors.get(name);
      if (!found) throw new CheckpointError(`${quoted(name)}: expected a tensor of that name, there is none`);
      const { tensor, member } = found;
      const bytes = await read(member, countOf(tensor) * FLOAT.bytes, tensor.offset * FLOAT.bytes);
      return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / FLOAT.bytes);
    },
    close: () => file.close(),
  };
}

/** `NAME/`, the folder that everything is in, which has the name of the file that was saved. */
function rootOf(members: ReadonlyMap<string, ZipMember>): string {
  const [found, ...others] = [...members.keys()].filter((name) => /^[^/]*\/data\.pkl$/.test(name));
  if (found === undefined || others.length > 0)
    throw new CheckpointError(
      `expected an archive as torch.save writes it, with one data.pkl, received ${found === undefined ? 'none' : 'several'}`,
    );
  return found.slice(0, -'data.pkl'.length);
}

function checked(name: string, tensor: PickledTensor, member: ZipMember | undefined): ZipMember {
  const { storage, dims, strides, offset } = tensor;
  const wrong = (expected: string, received: string) =>
    new CheckpointError(`${quoted(name)}: expected ${expected}, received ${received}`);
  if (storage.type !== FLOAT.storage) throw wrong('float32 numbers (FloatStorage)', storage.type);
  if (!member) throw wrong(`its numbers in data/${storage.key}`, 'an archive without them');
  let step = 1;
  for (let at = dims.length - 1; at >= 0; at--) {
    if (dims[at] !== 1 && strides[at] !== step)
      throw wrong('a tensor that lies row by row', `strides ${strides.join()} of [${dims.join()}]`);
    step *= dims[at]!;
  }
  const end = (offset + countOf(tensor)) * FLOAT.bytes;
  if (!(end <= member.size)) throw wrong(`${end} bytes of numbers`, `${member.size}`);
  return member;
}

function countOf({ dims }: PickledTensor): number {
  return dims.reduce((product, size) => product * size, 1);
}

function isTensor(value: unknown): value is PickledTensor {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'tensor';
}
