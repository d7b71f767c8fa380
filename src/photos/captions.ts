import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { HandspringError } from '../core/errors.js';
import type { PhotoFile } from './walk.js';

/** The caption of a photo, if it has one. */
export type CaptionSource = (file: Pick<PhotoFile, 'path' | 'location'>) => Promise<string | undefined>;

/**
 * Captions from a list, if one is given, and from files beside the photos: `cat.txt`, or `cat.json` with a `caption`, for
 * `cat.jpg`. The list comes first.
 * @param list A CSV with the columns `file` and `caption`, or JSON: a list of `{"file": …, "caption": …}` (or `captions`,
 *   of which the first counts), or one object from file to caption. Files are relative to the list's folder or to the
 *   import's root. It is held in memory. Empty for none.
 */
export async function openCaptions(list: string, root: string): Promise<CaptionSource> {
  const listed = list === '' ? new Map<string, string>() : await readList(list, root);
  return async ({ location }) => listed.get(location) ?? (await readBeside(location));
}

async function readList(list: string, root: string): Promise<Map<string, string>> {
  const captions = new Map<string, string>();
  const folder = path.dirname(path.resolve(list));
  const entries = /\.json$/i.test(list) ? await readJsonList(list) : readCsvList(list);
  for await (const [file, caption] of entries) {
    if (caption === '') continue;
    captions.set(path.resolve(root, file), caption);
    captions.set(path.resolve(folder, file), caption);
  }
  return captions;
}

async function* readCsvList(list: string): AsyncGenerator<[file: string, caption: string]> {
  try {
    const rows = parse({ columns: true, bom: true, trim: true, skip_empty_lines: true });
    pipeline(createReadStream(list), rows, () => undefined); // errors come out of `rows`
    for await (const row of rows as AsyncIterable<Record<string, string>>) {
      if (row['file'] === undefined || row['caption'] === undefined) {
        throw wrongList('the columns file and caption', Object.keys(row).join(', '));
      }
      yield [row['file'], row['caption']];
    }
  } catch (error) {
    throw error instanceof HandspringError ? error : wrongList('a CSV file', 'none that can be read', error);
  }
}

async function readJsonList(list: string): Promise<[file: string, caption: string][]> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(list, 'utf8'));
  } catch (cause) {
    throw wrongList('a JSON file', 'none that can be read', cause);
  }
  if (Array.isArray(parsed)) return parsed.map(readEntry);
  const map = (parsed ?? {}) as Record<string, unknown>;
  return Object.entries(map).map(([file, caption]) => readEntry({ file, caption }, file));
}

function readEntry(entry: unknown, at: number | string): [file: string, caption: string] {
  const { file, caption, captions } = (entry ?? {}) as Record<string, unknown>;
  const first: unknown = Array.isArray(captions) ? captions[0] : undefined;
  const text = caption ?? first ?? '';
  if (typeof file !== 'string' || typeof text !== 'string') {
    throw wrongList(`[${at}] with file and caption as strings`, 'another entry');
  }
  return [file, text];
}

function wrongList(expected: string, received: string, cause?: unknown): HandspringError {
  return new HandspringError('invalid_request', `--captions: expected ${expected}, received ${received}`, {
    cause,
  });
}

async function readBeside(location: string): Promise<string | undefined> {
  const stem = location.slice(0, -path.extname(location).length);
  const text = (await readIfThere(`${stem}.txt`))?.trim();
  if (text) return text;
  const json = await readIfThere(`${stem}.json`);
  return json === undefined ? undefined : captionIn(json);
}

/** JSON files beside photos have many owners; one without a caption is somebody else's. */
function captionIn(json: string): string | undefined {
  try {
    const { caption } = JSON.parse(json) as { caption?: unknown };
    return typeof caption === 'string' && caption.trim() !== '' ? caption.trim() : undefined;
  } catch {
    return undefined;
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
