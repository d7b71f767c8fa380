import { isLfsPointer, lfsPointerMessage } from '../../core/lfs-pointer.js';
import { readIfThere } from '../../core/optional-file.js';
import { NoFileError } from '../../core/regular-file.js';
import { ModelFolderError } from './folder-error.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The JSON object in a file of a model folder, or `undefined` if there is no such file.
 * @throws ModelFolderError that names the file and what it holds instead; a system error if it cannot be read.
 */
export async function readJsonObject(file: string): Promise<JsonObject | undefined> {
  const text = await readIfThere(file).catch((cause: unknown) => {
    if (cause instanceof NoFileError) throw new ModelFolderError(`${file}: ${cause.message}`, { cause });
    throw cause;
  });
  if (text === undefined) return undefined;
  const value = parseJson(text, file);
  if (isJsonObject(value)) return value;
  const received = Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value;
  throw new ModelFolderError(`${file}: expected a JSON object, received ${received}`);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = isLfsPointer(text)
      ? lfsPointerMessage('JSON')
      : `expected JSON, received ${text.length} characters that do not parse`;
    throw new ModelFolderError(`${file}: ${message}`, { cause });
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
