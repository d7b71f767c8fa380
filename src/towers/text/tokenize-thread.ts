import { workerData } from 'node:worker_threads';
import type { TowerFile } from '../../models/folder/folder.js';
import { toRefusal } from '../../core/refusal.js';
import type { Refusal } from '../../core/refusal.js';
import { toTextRows } from './long-text.js';
import type { LongTextSettings, TextRows } from './long-text.js';
import { loadTokenizer } from './tokenizer.js';

/** Where a tokenizer is read from. */
export interface TokenizerSource {
  /** The model's folder. */
  readonly folder: string;
  readonly tower: TowerFile;
}

export interface TokenizeSettings {
  readonly source: TokenizerSource;
  readonly longText: LongTextSettings;
}

const { source, longText } = workerData as TokenizeSettings;
const tokenizer = await loadTokenizer(source.folder, source.tower);

export interface TokenizeTask {
  readonly text: string;
  readonly whole: boolean;
}

/** The rows of one long text. */
export default function tokenize({ text, whole }: TokenizeTask): TextRows | Refusal {
  try {
    return toTextRows(text, tokenizer, longText, whole);
  } catch (error) {
    return toRefusal(error);
  }
}
