import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { HandspringError } from '../../core/errors.js';
import { UnknownEncodingError, decodeText } from '../captions/decode-text.js';

export interface CaptionedPhoto {
  /** Path of the photo, made absolute. */
  readonly file: string;
  readonly captions: readonly string[];
}

/**
 * The photos of a folder with their captions, from its `captions.json`: a list of `{"file": "images/1.jpg", "captions":
 * ["…", …]}`; other keys are ignored.
 * @throws HandspringError that names the entry which is wrong.
 */
export async function loadCaptions(folder: string): Promise<CaptionedPhoto[]> {
  const entries = parseJson(await readCaptions(folder));
  if (!Array.isArray(entries) || entries.length === 0) throw invalid('a list of photos', 'none');
  return entries.map((entry: unknown, index) => parseEntry(entry, index, folder));
}

async function readCaptions(folder: string): Promise<string> {
  try {
    return decodeText(await readFile(path.join(folder, 'captions.json')));
  } catch (cause) {
    const wrong =
      cause instanceof UnknownEncodingError
        ? `captions.json: ${cause.message}`
        : `${folder}: expected a folder with captions.json`;
    throw new HandspringError('invalid_request', wrong, { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HandspringError('invalid_request', 'captions.json: expected JSON', { cause });
  }
}

function parseEntry(entry: unknown, index: number, folder: string): CaptionedPhoto {
  const { file, captions } = (entry ?? {}) as { file?: unknown; captions?: unknown };
  if (typeof file !== 'string') throw invalid(`[${index}].file as a string`, typeof file);
  if (!Array.isArray(captions) || captions.some((caption) => typeof caption !== 'string')) {
    throw invalid(`[${index}].captions as a list of strings`, typeof captions);
  }
  return { file: path.resolve(folder, file), captions: captions as string[] };
}

function invalid(expected: string, received: string): HandspringError {
  return new HandspringError('invalid_request', `captions.json: expected ${expected}, received ${received}`);
}
