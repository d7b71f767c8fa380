import type { TextFiles } from './files.js';
import { readTextFiles } from './files.js';
import type { TextSettings } from './settings.js';
import { parseTextSettings } from './settings.js';
import type { TowerFile } from '../../models/folder/folder.js';
import { cleanText } from './clean.js';
import { parseFrame } from './frame.js';
import { normalizerOf } from './letter-case.js';
import { createPipeline } from './pipeline.js';

export interface TokenizedText {
  /** [L] with the start and end tokens, L ≤ the context length; not padded. The caller's to keep or transfer. */
  readonly ids: Int32Array<ArrayBuffer>;
  /** The length before the cut, start and end tokens included. */
  readonly tokenCount: number;
  readonly truncated: boolean;
}

/** Texts in, the ids out that Hugging Face's fast tokenizer gives. Holds no state between calls. */
export interface Tokenizer {
  readonly contextLength: number;
  readonly settings: TextSettings;
  /** The ids of a text. Over the context length the content is cut at its end; the closing special tokens stay last. */
  tokenize(text: string): TokenizedText;
  /**
   * The ids of a whole text in as many rows as it takes: its content tokens in order, cut every
   * `contextLength - start - end` tokens without overlap, each row with its own start and end tokens. A text that fits
   * gives the one row of `tokenize`.
   */
  tokenizeWindows(text: string): Int32Array<ArrayBuffer>[];
}

/** The tokenizer of a model's text tower. Throws if a file is missing or a part of `tokenizer.json` is not supported. */
export async function loadTokenizer(folder: string, tower?: Pick<TowerFile, 'settings'>): Promise<Tokenizer> {
  return createTokenizer(await readTextFiles(folder, tower));
}

/**
 * The tokenizer that a model folder's files describe. The sections `truncation` and `padding` of `tokenizer.json` are not
 * used: the length is that of the settings, and padding is the batch's affair.
 */
export function createTokenizer(files: TextFiles): Tokenizer {
  const settings = parseTextSettings(files);
  const frame = parseFrame(files.tokenizer['post_processor']);
  const encode = createPipeline(files.tokenizer, normalizerOf(files));
  const room = settings.contextLength - frame.start.length - frame.end.length;
  const contentOf = (text: string) => encode(cleanText(text, settings.clean));
  const row = (content: readonly number[], from: number) =>
    Int32Array.from([...frame.start, ...content.slice(from, from + room), ...frame.end]);
  return {
    contextLength: settings.contextLength,
    settings,
    tokenize(text) {
      const content = contentOf(text);
      const tokenCount = frame.start.length + content.length + frame.end.length;
      return { ids: row(content, 0), tokenCount, truncated: content.length > room };
    },
    tokenizeWindows(text) {
      const content = contentOf(text);
      const rows = Math.max(1, Math.ceil(content.length / room));
      return Array.from({ length: rows }, (_, window) => row(content, window * room));
    },
  };
}
