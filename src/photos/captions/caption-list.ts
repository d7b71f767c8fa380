import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { HandspringError } from '../../core/errors.js';
import { decodeText } from './decode-text.js';

interface ListedCaption {
  /** As the list has it. */
  readonly file: string;
  readonly caption: string;
  matched: boolean;
}

/** A list of captions, in memory. */
export class CaptionList {
  readonly #byFile = new Map<string, ListedCaption>();
  readonly #entries: ListedCaption[] = [];

  /**
   * @param list A CSV with the columns `file` and `caption`, or JSON: a list of `{"file": …, "caption": …}` (or `captions`,
   *   of which the first counts), or one object from file to caption. Files are relative to the list's folder or to `root`.
   * @throws HandspringError `invalid_request` that says what of the list is wrong.
   */
  static async read(list: string, root: string): Promise<CaptionList> {
    const captions = new CaptionList();
    const text = await readText(list);
    for (const [file, caption] of /\.json$/i.test(list) ? parseJsonList(text) : parseCsvList(text)) {
      if (caption !== '') captions.#add({ file, caption, matched: false }, [root, path.dirname(list)]);
    }
    return captions;
  }

  /** The caption of the photo at an absolute path. */
  find(location: string): string | undefined {
    const found = this.#byFile.get(toKey(location));
    if (found) found.matched = true;
    return found?.caption;
  }

  /** The files of the list that no photo has been found for. */
  get unmatched(): readonly string[] {
    return this.#entries.filter(({ matched }) => !matched).map(({ file }) => file);
  }

  #add(entry: ListedCaption, folders: readonly string[]): void {
    this.#entries.push(entry);
    for (const folder of folders) this.#byFile.set(toKey(path.resolve(folder, entry.file)), entry);
  }
}

/** Macs write names decomposed, and lists come composed: they mean the same file. */
function toKey(location: string): string {
  return location.normalize('NFC');
}

async function readText(list: string): Promise<string> {
  try {
    return decodeText(await readFile(list));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const received = code === undefined ? message : `${list}, for which the file system answered ${code}`;
    throw wrongList('a CSV or JSON file', received, cause);
  }
}

function parseCsvList(text: string): [file: string, caption: string][] {
  return readCsv(text).map((row) => {
    if (row['file'] === undefined || row['caption'] === undefined) {
      throw wrongList('the columns file and caption', Object.keys(row).join(', '));
    }
    return [row['file'], row['caption']];
  });
}

function readCsv(text: string): Record<string, string>[] {
  try {
    return parse(text, { columns: true, trim: true, skip_empty_lines: true });
  } catch (cause) {
    throw wrongList('a CSV file', 'none that can be read', cause);
  }
}

function parseJsonList(text: string): [file: string, caption: string][] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
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
