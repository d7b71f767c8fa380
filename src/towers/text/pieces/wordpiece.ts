import type { JsonObject } from '../../../models/folder/json-file.js';
import type { WordModel } from './word-model.js';
import { readVocabulary, textAt, unknownId } from './vocabulary.js';

/**
 * BERT's WordPiece: the longest known prefix, again and again; a word with an unknown part, or of more than
 * `max_input_chars_per_word` characters, is one unknown token.
 */
export function createWordPiece(config: JsonObject): WordModel {
  const vocabulary = readVocabulary(config);
  const unknown = unknownId(config, vocabulary);
  if (unknown === undefined)
    throw new Error('tokenizer model: expected unk_token for WordPiece, received none');
  const prefix = textAt(config, 'continuing_subword_prefix');
  const longestWord = Number(config['max_input_chars_per_word'] ?? 100);
  const longestPiece = longestOf(vocabulary.keys());
  return (word, ids) => {
    const pieces = isLonger(word, longestWord) ? undefined : cut(word, vocabulary, prefix, longestPiece);
    for (const id of pieces ?? [unknown]) ids.push(id);
  };
}

/** The word's pieces, or undefined if a part of it is unknown. */
function cut(
  word: string,
  vocabulary: ReadonlyMap<string, number>,
  prefix: string,
  longestPiece: number,
): number[] | undefined {
  const ids: number[] = [];
  let start = 0;
  while (start < word.length) {
    const piece = longestMatch(word, start, vocabulary, prefix, longestPiece);
    if (piece === undefined) return undefined;
    ids.push(piece.id);
    start = piece.end;
  }
  return ids;
}

function longestMatch(
  word: string,
  start: number,
  vocabulary: ReadonlyMap<string, number>,
  prefix: string,
  longestPiece: number,
): { id: number; end: number } | undefined {
  for (let end = Math.min(word.length, start + longestPiece); end > start; end -= 1) {
    const part = word.slice(start, end);
    const id = vocabulary.get(start > 0 ? prefix + part : part);
    if (id !== undefined) return { id, end };
  }
  return undefined;
}

/** No look-up needs more: a word of 100 characters costs tens of them for each piece, not a hundred. */
function longestOf(tokens: Iterable<string>): number {
  let longest = 0;
  for (const token of tokens) longest = Math.max(longest, token.length);
  return longest;
}

/** Counted in code points, and no further than needed. */
function isLonger(word: string, limit: number): boolean {
  if (word.length <= limit) return false;
  return word.length > 2 * limit || [...word].length > limit;
}
