import { realpathSync } from 'node:fs';
import path from 'node:path';
import { NoFileError } from '../../core/regular-file.js';
import { FileBytes, bytesOf } from './bytes.js';
import type { Bytes } from './bytes.js';
import { joinParts, messageField, textField, wholeOf } from './fields.js';
import type { Field, Part } from './fields.js';
import {
  NotOnnxError,
  ENTRY,
  GRAPH,
  TENSOR,
  readEntry,
  readGraph,
  readTensor,
  tensorsOf,
  withGraph,
} from './graph-fields.js';

/** A model whose weights are files of a folder, those that it does not hold itself. */
export interface ModelInMemory {
  readonly bytes: Uint8Array;
  readonly folder: string;
}

/**
 * The files that hold weights of an ONNX file, as its tensors name them: paths from its own folder, each once, in order.
 * Reads what stands around the weights inside the file, not the weights.
 * @throws Error that names the file if it is no ONNX file, or ends early.
 * Source: "External Data" in ONNX's docs/ExternalData.md.
 */
export function externalFiles(file: string): Promise<readonly string[]> {
  // A promise, because its callers are on their way to the disk; the reads are few and small.
  return new Promise((resolve) => resolve(readLocations(file)));
}

function readLocations(file: string): string[] {
  let bytes: FileBytes | undefined;
  try {
    bytes = new FileBytes(file);
    return locationsIn(bytes);
  } catch (cause) {
    if (cause instanceof NotOnnxError || cause instanceof NoFileError)
      throw new Error(`${file}: ${cause.message}`, { cause });
    if (!(cause instanceof RangeError)) throw cause;
    throw new Error(`${file}: expected an ONNX file, received bytes of another format or cut short`, {
      cause,
    });
  } finally {
    bytes?.close();
  }
}

function locationsIn(model: Bytes): string[] {
  const locations = tensorsOf(model, readGraph(model)).flatMap(({ location }) => location ?? []);
  return [...new Set(locations)];
}

/**
 * A model of a folder, with its external files named by what the links in the folder lead to, if that is one folder: as
 * in the cache of Hugging Face's hub. From memory ONNX Runtime takes no weights that a link leads out of the folder for.
 */
export function withRealLocations(bytes: Uint8Array, folder: string): ModelInMemory {
  const model = bytesOf(bytes);
  const names = new Map(locationsIn(model).map((name) => [name, realpathSync(path.join(folder, name))]));
  const [real, ...others] = new Set([...names.values()].map((file) => path.dirname(file)));
  if (real === undefined || others.length > 0 || real === realpathSync(folder)) return { bytes, folder };
  const graph = readGraph(model).flatMap((field): Part[] =>
    field.number === GRAPH.initializer ? withRealLocation(model, field, names) : [wholeOf(field)],
  );
  return { bytes: joinParts(bytes, withGraph(model, graph)), folder: real };
}

function withRealLocation(model: Bytes, tensor: Field, names: ReadonlyMap<string, string>): Part[] {
  const parts = readTensor(model, tensor).fields.flatMap((field): Part[] => {
    const { key, value } = field.number === TENSOR.externalData ? readEntry(model, field) : {};
    const file = key === 'location' ? names.get(value ?? '') : undefined;
    if (file === undefined) return [wholeOf(field)];
    return messageField(TENSOR.externalData, [
      textField(ENTRY.key, 'location'),
      textField(ENTRY.value, path.basename(file)),
    ]);
  });
  return messageField(GRAPH.initializer, parts);
}
