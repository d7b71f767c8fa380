import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CsvError } from 'csv-parse/sync';
import { parse } from 'csv-parse/sync';
import { HandspringError } from '../../core/errors.js';
import { decodeText, UnreadableTextError } from './decode-text.js';

interface ListedCaption {
  /** As the list has it. */
  readonly file: string;
  readonly caption: string;
  matched: boolean;
}

/** A list of captions, in memory. */
export class CaptionList {
  /** By the place of a file, as it is relative to the root, and to the list's folder. The root's come first. */
  readonly #belowRoot = new Map<string, ListedCaption>();
  readonly #besideList = new Map<string, ListedCaption>();
  readonly #entries: ListedCaption[] = [];

  /**
   * @param list A CSV with the columns `file` and `caption`, or JSON: a list of `{"file": …, "caption": …}` (or `captions`,
   *   of which the first counts), or one object from file to caption. Of several for one file the first counts. Files are relative to the list's folder or to `root`.
   * @throws HandspringError `invalid_request` that says what of the list is wrong.
   */
  static async read(list: string, root: string): Promise<CaptionList> {
    const captions = new CaptionList();
    const text = await readText(list);
    for (const [file, caption] of /\.json$/i.test(list) ? parseJsonList(text) : parseCsvList(text)) {
      if (caption !== '') captions.#add({ file, caption, matched: false }, root, path.dirname(list));
    }
    return captions;
  }

  /** The caption of the photo at an absolute path. */
  find(location: string): string | undefined {
    const key = toKey(location);
    const found = this.#belowRoot.get(key) ?? this.#besideList.get(key);
    if (found) found.matched = true;
    return found?.caption;
  }

  /** The files of the list that no photo has been found for. */
  get unmatched(): readonly string[] {
    return this.#entries.filter(({ matched }) => !matched).map(({ file }) => file);
  }

  #add(entry: ListedCaption, root: string, folder: string): void {
    const key = toKey(path.resolve(root, entry.file));
    if (this.#belowRoot.has(key)) return;
    this.#entries.push(entry);
    this.#belowRoot.set(key, entry);
    const beside = toKey(path.resolve(folder, entry.file));
    if (!this.#besideList.has(beside)) this.#besideList.set(beside, entry);
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
    if (cause instanceof UnreadableTextError) {
      throw new HandspringError('invalid_request', `--captions: ${list}: ${message}`, { cause });
    }
    throw wrongList('a CSV or JSON file', `${list}, for which the file system answered ${code}`, cause);
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
    throw wrongList('a CSV file', `a fault in line ${String((cause as CsvError).lines)}`, cause);
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
