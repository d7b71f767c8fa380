import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isJsonObject } from '../../models/folder/json-file.js';

/** Vectors made elsewhere, with what they were made of. */
export interface ReferenceVectors {
  /** What made them, for the report. */
  readonly model: string;
  readonly texts: readonly { readonly text: string; readonly vector: readonly number[] }[];
  /** `file` is relative to `folder`. */
  readonly images: readonly { readonly file: string; readonly vector: readonly number[] }[];
  /** Where the images lie. */
  readonly folder: string;
}

/**
 * Reference vectors from a JSON file, or from the `reference.json` of a folder:
 * `{"model": "…", "texts": [{"text": "…", "vector": […]}], "images": [{"file": "…", "vector": […]}]}`.
 *
 * @throws Error that names the item and what was expected
 */
export async function readReferenceVectors(path: string): Promise<ReferenceVectors> {
  if (path === '') throw new Error('--against: expected a JSON file or a folder, received an empty name');
  const file = (await stat(path)).isDirectory() ? join(path, 'reference.json') : path;
  const { model, texts, images } = parseReferenceVectors(await readFile(file, 'utf8'));
  return { model, texts, images, folder: dirname(file) };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new Error('reference vectors: expected JSON, received what does not parse', { cause });
  }
}

/** @throws Error that names the item and what was expected */
export function parseReferenceVectors(json: string): Omit<ReferenceVectors, 'folder'> {
  const body = parseJson(json);
  if (!isJsonObject(body)) throw new Error('reference vectors: expected an object with texts and images');
  const { model = 'unnamed', texts = [], images = [] } = body;
  const parsed = {
    model: String(model),
    texts: parseItems('texts', texts, 'text').map(({ key, vector }) => ({ text: key, vector })),
    images: parseItems('images', images, 'file').map(({ key, vector }) => ({ file: key, vector })),
  };
  if (parsed.texts.length + parsed.images.length === 0) {
    throw new Error('reference vectors: expected at least one text or image, received none');
  }
  return parsed;
}

function parseItems(list: string, items: unknown, key: string): { key: string; vector: number[] }[] {
  if (!Array.isArray(items)) throw new Error(`${list}: expected a list, received ${typeof items}`);
  return items.map((item: unknown, index) => {
    const where = `${list}[${index}]`;
    if (!isJsonObject(item) || typeof item[key] !== 'string') {
      throw new Error(`${where}: expected an object with a "${key}" and a "vector"`);
    }
    const vector: unknown = item['vector'];
    if (!Array.isArray(vector) || vector.length === 0 || !vector.every((x) => Number.isFinite(x))) {
      throw new Error(`${where}.vector: expected a list of numbers`);
    }
    return { key: item[key], vector: vector as number[] };
  });
}
