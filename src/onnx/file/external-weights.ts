import path from 'node:path';
import { FileBytes } from './bytes.js';
import { decodeModel, weightsOf } from './decoded-model.js';
import type { OnnxModel, Tensor } from './decoded-model.js';
import type { ModelInMemory } from './external-files.js';
import { EXTERNAL } from './graph-fields.js';

/** The page of files that are mapped into memory: weights that begin at one are mapped alone. */
export const PAGE = 4096;
/** Smaller weights stay in the model: a rewrite, or ONNX Runtime's own, may want to read them. */
const MIN_BYTES = 1024;

/**
 * A model whose weights may be in files of a folder, and whether some are: they are taken into the model.
 * @throws Error if the bytes are no ONNX model, or a file cannot be read.
 */
export function parseWithExternal({ bytes, folder }: ModelInMemory): {
  model: OnnxModel;
  isExternal: boolean;
} {
  const model = decodeModel(bytes);
  return { model, isExternal: takeExternalIn(weightsOf(model), folder) };
}

/**
 * Takes the weights of these tensors into the model that lie in files of a folder: each into memory of its own, as all of
 * them may be more than one array can hold.
 * @returns Whether there were any.
 * @throws Error that names the file which cannot be read, or ends early.
 * Source: "External Data" in ONNX's docs/ExternalData.md.
 */
function takeExternalIn(tensors: readonly Tensor[], folder: string): boolean {
  const files = new Map<string, FileBytes>();
  try {
    const outside = tensors.filter(({ dataLocation }) => dataLocation === EXTERNAL);
    for (const tensor of outside) {
      const { location = '', offset = '0', length } = placeOf(tensor);
      const file = files.get(location) ?? new FileBytes(path.join(folder, location));
      files.set(location, file);
      const start = Number(offset);
      tensor.rawData = readStretch(file, location, start, length === undefined ? undefined : Number(length));
      tensor.dataLocation = 0;
      tensor.externalData = [];
    }
    return outside.length > 0;
  } finally {
    for (const file of files.values()) file.close();
  }
}

/**
 * Puts large weights out of the model, into a file beside it.
 * @param location That file's name.
 * @returns What the file is to hold, in pieces to be written one after the other: the weights themselves, not copied.
 */
export function putExternal(tensors: readonly Tensor[], location: string): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let end = 0;
  for (const tensor of tensors) {
    const values = tensor.rawData;
    if (values === undefined || values.length < MIN_BYTES) continue;
    const offset = Math.ceil(end / PAGE) * PAGE;
    chunks.push(new Uint8Array(offset - end), values);
    end = offset + values.length;
    delete tensor.rawData;
    Object.assign(tensor, externalPlace(location, offset, values.length));
  }
  return chunks;
}

/** What a tensor says of its values where they are in another file. */
export function externalPlace(
  location: string,
  offset: number,
  length: number,
): Required<Pick<Tensor, 'dataLocation' | 'externalData'>> {
  const entries = Object.entries({ location, offset, length });
  const externalData = entries.map(([key, value]) => ({ key, value: String(value) }));
  return { dataLocation: EXTERNAL, externalData };
}

/** Where a tensor's values are, by the keys of ONNX. */
function placeOf({ externalData = [] }: Tensor): Partial<Record<string, string>> {
  return Object.fromEntries(externalData.map(({ key, value }) => [key, value]));
}

function readStretch(file: FileBytes, name: string, start: number, length = file.length - start): Buffer {
  if (!(start >= 0 && length >= 0 && start + length <= file.length))
    throw new Error(`${name}: expected ${length} bytes of weights from ${start}, it has ${file.length}`);
  const values = Buffer.allocUnsafeSlow(length);
  file.copy(start, values);
  return values;
}
