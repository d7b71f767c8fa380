import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { modelParts } from '../file/decoded-model.js';
import type { Tensor } from '../file/decoded-model.js';
import { PAGE, externalPlace } from '../file/external-weights.js';
import type { BuiltModel, LateWeight } from './graph-builder.js';

/** A protobuf message has less than 2 GiB, and the graph needs some of it. */
const MOST_INSIDE = 2 ** 31 - 2 ** 24;

const BYTES = 4;

export interface WriteOptions {
  /** Hears of every weight that is written. */
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal;
  /** With more bytes of weights than so many they lie beside the graph, in `NAME.onnx.data`. */
  readonly mostInside?: number;
}

/**
 * Writes a model, reading one weight at a time.
 * @throws Error of the system if it cannot be written; what reading a weight throws; the signal's reason.
 */
export async function writeModel(
  file: string,
  built: BuiltModel,
  { mostInside = MOST_INSIDE, ...options }: WriteOptions = {},
): Promise<void> {
  const late = [...built.late];
  const isExternal = late.reduce((sum, [, weight]) => sum + lengthOf(weight), 0) > mostInside;
  if (isExternal) await writeExternal(file, late, options);
  const valuesOf = (tensor: Tensor): Uint8Array | Piece | undefined => {
    const weight = built.late.get(tensor);
    if (weight && !isExternal) return { length: lengthOf(weight), weight };
    return tensor.rawData;
  };
  await write(file, async (handle) => {
    for (const part of modelParts<Uint8Array | Piece>(built.model, valuesOf))
      await (part instanceof Uint8Array ? handle.writeFile(part) : writeWeight(handle, part.weight, options));
  });
}

/** A weight that is still to be read, among the pieces of a file. */
interface Piece {
  readonly length: number;
  readonly weight: LateWeight;
}

/** Writes the weights into a file beside the model's, and notes in their tensors where they are. */
async function writeExternal(
  file: string,
  late: readonly (readonly [Tensor, LateWeight])[],
  options: WriteOptions,
): Promise<void> {
  const location = `${path.basename(file)}.data`;
  let end = 0;
  await write(path.join(path.dirname(file), location), async (handle) => {
    for (const [tensor, weight] of late) {
      const offset = Math.ceil(end / PAGE) * PAGE;
      await handle.writeFile(new Uint8Array(offset - end));
      await writeWeight(handle, weight, options);
      end = offset + lengthOf(weight);
      Object.assign(tensor, externalPlace(location, offset, lengthOf(weight)));
    }
  });
}

async function writeWeight(
  handle: FileHandle,
  weight: LateWeight,
  { onBytes, signal }: WriteOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const values = await weight.read();
  if (values.length * BYTES !== lengthOf(weight))
    throw new Error(`expected ${lengthOf(weight) / BYTES} numbers of a weight, received ${values.length}`);
  await handle.writeFile(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  onBytes?.(values.byteLength);
}

async function write(file: string, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await work(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function lengthOf({ dims }: LateWeight): number {
  return dims.reduce((product, size) => product * size, BYTES);
}
