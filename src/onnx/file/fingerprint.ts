import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { sha256File } from '../../core/sha256-file.js';
import { externalFiles } from './external-files.js';

/** What a model is: two with the same fingerprint are the same. */
export interface Fingerprint {
  /** The file's SHA-256; of a model with weights beside it that of all its files' hashes, each on a line. */
  readonly sha256: string;
  /** Of all its files. */
  readonly bytes: number;
}

/**
 * The fingerprint of a model with all its weights, wherever they are: models that were trained from one another often differ
 * in those alone.
 * @param known SHA-256 of files by path, where they are known already.
 * @throws Error that names the file which is no ONNX file, or cannot be read.
 */
export async function fingerprintOf(
  file: string,
  known: ReadonlyMap<string, string> = new Map(),
): Promise<Fingerprint> {
  const beside = (await externalFiles(file)).map((name) => path.join(path.dirname(file), name));
  const files = [file, ...beside];
  const hashes = await Promise.all(files.map(async (one) => known.get(one) ?? sha256File(one)));
  const sizes = await Promise.all(files.map(async (one) => (await stat(one)).size));
  return {
    sha256:
      beside.length === 0 ? hashes.join() : createHash('sha256').update(hashes.join('\n')).digest('hex'),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}
