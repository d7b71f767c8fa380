import path from 'node:path';
import { NoFileError, readWholeFile } from '../../core/regular-file.js';
import { HandspringError } from '../../core/errors.js';
import { UnreadableTextError, decodeText } from '../captions/decode-text.js';

/** A photo or a sound, and what is said of it. */
export interface CaptionedFile {
  /** Its path, made absolute. */
  readonly file: string;
  readonly captions: readonly string[];
  /** What it is of, where the files are sorted: those of one label share their captions, and each of them is right. */
  readonly label?: string;
}

/**
 * The files of a folder with their captions, from its `captions.json`: a list of `{"file": "images/1.jpg", "captions":
 * ["…", …]}`, and `"label": "…"` in each or in none; other keys are ignored.
 * @throws HandspringError that names the entry which is wrong.
 */
export async function loadCaptions(folder: string): Promise<CaptionedFile[]> {
  const entries = parseJson(await readCaptions(folder));
  if (!Array.isArray(entries) || entries.length === 0) throw invalid('a list of photos or sounds', 'none');
  const files = entries.map((entry: unknown, index) => parseEntry(entry, index, folder));
  const unlike = files.findIndex(({ label }) => (label === undefined) !== (files[0]?.label === undefined));
  if (unlike >= 0) throw invalid(`a label in each entry or in none`, `[0] and [${unlike}], which differ`);
  return files;
}

async function readCaptions(folder: string): Promise<string> {
  try {
    return decodeText(await readWholeFile(path.join(folder, 'captions.json')));
  } catch (cause) {
    const wrong =
      cause instanceof UnreadableTextError || cause instanceof NoFileError
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

function parseEntry(entry: unknown, index: number, folder: string): CaptionedFile {
  const { file, captions, label } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof file !== 'string') throw invalid(`[${index}].file as a string`, typeof file);
  if (!Array.isArray(captions) || captions.some((caption) => typeof caption !== 'string')) {
    throw invalid(`[${index}].captions as a list of strings`, typeof captions);
  }
  if (label !== undefined && typeof label !== 'string')
    throw invalid(`[${index}].label as a string`, typeof label);
  if (label !== undefined && captions.length === 0)
    throw invalid(`[${index}].captions with a text for its label`, 'none');
  return {
    file: path.resolve(folder, file),
    captions: captions as string[],
    ...(label !== undefined && { label }),
  };
}

function invalid(expected: string, received: string): HandspringError {
  return new HandspringError('invalid_request', `captions.json: expected ${expected}, received ${received}`);
}
