import { isJsonObject } from '../../../models/folder/json-file.js';
import { createBpe } from './bpe.js';
import { createUnigram } from './unigram.js';
import type { WordModel } from './word-model.js';
import { createWordPiece } from './wordpiece.js';

/** The `model` of a `tokenizer.json`. Throws on a kind it does not know. */
export function createWordModel(config: unknown): WordModel {
  if (!isJsonObject(config)) throw new Error('tokenizer model: expected an object, received none');
  // Files older than tokenizers 0.14 leave the type out where the other keys tell it.
  const type =
    config['type'] ?? (Array.isArray(config['vocab']) ? 'Unigram' : 'merges' in config ? 'BPE' : 'WordPiece');
  switch (type) {
    case 'BPE':
      return createBpe(config);
    case 'WordPiece':
      return createWordPiece(config);
    case 'Unigram':
      return createUnigram(config);
    default:
      throw new Error(
        `tokenizer model: expected BPE, WordPiece or Unigram, received ${JSON.stringify(type)}`,
      );
  }
}
