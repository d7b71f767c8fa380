import * as library from '@huggingface/tokenizers';
import { readTextFiles, type JsonObject } from '../model/text-files.js';
import { parseTextSettings, type TextSettings } from '../model/text-settings.js';
import { parseFrame } from './frame.js';

export interface TokenizedText {
  /** [L] with the start and end tokens, L ≤ the context length; not padded. */
  readonly ids: Int32Array<ArrayBuffer>;
  /** The length before the cut, start and end tokens included. */
  readonly tokenCount: number;
  readonly truncated: boolean;
}

/** A string in, token ids out. Holds no state between calls. */
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

interface HubTokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
}

/** The package's type files import each other without extensions, which NodeNext does not resolve. */
const { Tokenizer: HubTokenizer } = library as unknown as {
  Tokenizer: new (tokenizer: JsonObject, config: JsonObject) => HubTokenizer;
};

/** The tokenizer of a model folder. Throws if a file is missing or a part of `tokenizer.json` is not supported. */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const files = await readTextFiles(folder);
  const settings = parseTextSettings(files);
  const hub = new HubTokenizer(files.tokenizer, files.tokenizerConfig);
  const frame = parseFrame(files.tokenizer['post_processor']);
  const room = settings.contextLength - frame.start.length - frame.end.length;
  const content = (text: string) => hub.encode(text, { add_special_tokens: false }).ids;
  return {
    contextLength: settings.contextLength,
    settings,
    tokenize(text) {
      const ids = content(text);
      return {
        ids: Int32Array.from([...frame.start, ...ids.slice(0, room), ...frame.end]),
        tokenCount: ids.length + frame.start.length + frame.end.length,
        truncated: ids.length > room,
      };
    },
    tokenizeWindows(text) {
      const ids = content(text);
      const rows: Int32Array<ArrayBuffer>[] = [];
      for (let from = 0; from === 0 || from < ids.length; from += room) {
        rows.push(Int32Array.from([...frame.start, ...ids.slice(from, from + room), ...frame.end]));
      }
      return rows;
    },
  };
}
