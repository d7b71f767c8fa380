import type { JsonObject } from '../../../models/folder/json-file.js';
import { MinHeap } from './min-heap.js';
import type { WordModel } from './word-model.js';
import { PairTable } from './pair-table.js';
import { byteTokens, readVocabulary, textAt, unknownId } from './vocabulary.js';

/** Room for a symbol's position beside the rank in one number; ranks stay far below 2^21. */
const POSITIONS = 2 ** 32;

interface Merges {
  readonly ranks: PairTable;
  /** The id that the merge of each rank makes. */
  readonly results: Int32Array;
}

/**
 * Byte-pair encoding in the order of Hugging Face's tokenizers (`models/bpe`): the lowest rank first, the leftmost of
 * equal ones. O(n log n) in the word's length. Throws if the model drops merges at random.
 */
export function createBpe(config: JsonObject): WordModel {
  if (Number(config['dropout'] ?? 0) !== 0)
    throw new Error('tokenizer model: expected no dropout, received some');
  const vocabulary = readVocabulary(config);
  const merges = readMerges(config, vocabulary);
  const toSymbols = createSymbols(config, vocabulary);
  const ignoreMerges = config['ignore_merges'] === true;
  return (word, ids) => {
    const whole = ignoreMerges ? vocabulary.get(word) : undefined;
    if (whole !== undefined) ids.push(whole);
    else mergeAll(toSymbols(word), merges, ids);
  };
}

function readMerges(config: JsonObject, vocabulary: ReadonlyMap<string, number>): Merges {
  const pairs = config['merges'] as (string | [string, string])[];
  const prefixLength = textAt(config, 'continuing_subword_prefix').length;
  const ranks = new PairTable(pairs.length);
  const results = Int32Array.from(pairs, (pair, rank) => {
    const [left, right] = typeof pair === 'string' ? (pair.split(' ') as [string, string]) : pair;
    const [leftId, rightId] = [vocabulary.get(left), vocabulary.get(right)];
    const resultId = vocabulary.get(left + right.slice(prefixLength));
    if (leftId === undefined || rightId === undefined || resultId === undefined) {
      throw new Error(`tokenizer model: expected merges of known tokens, received an unknown one at ${rank}`);
    }
    ranks.set(leftId, rightId, rank);
    return resultId;
  });
  return { ranks, results };
}

/** A word's characters as ids; one that has none becomes its bytes' tokens, the unknown token, or nothing. */
function createSymbols(
  config: JsonObject,
  vocabulary: ReadonlyMap<string, number>,
): (word: string) => number[] {
  const prefix = textAt(config, 'continuing_subword_prefix');
  const suffix = textAt(config, 'end_of_word_suffix');
  const unknown = unknownId(config, vocabulary);
  const fuses = config['fuse_unk'] === true;
  const falls = config['byte_fallback'] === true;
  return (word) => {
    const symbols: number[] = [];
    let lastWasUnknown = false;
    let end = 0;
    for (const character of word) {
      const isFirst = end === 0;
      end += character.length;
      const text = (isFirst ? '' : prefix) + character + (end === word.length ? suffix : '');
      const id = vocabulary.get(text);
      const bytes = id === undefined && falls ? byteTokens(text, vocabulary) : undefined;
      const isUnknown = id === undefined && bytes === undefined;
      if (id !== undefined) symbols.push(id);
      else if (bytes !== undefined) symbols.push(...bytes);
      else if (unknown !== undefined && !(fuses && lastWasUnknown)) symbols.push(unknown);
      lastWasUnknown = isUnknown;
    }
    return symbols;
  };
}

/** Merges the symbols in place and appends what is left to `ids`. */
function mergeAll(symbols: number[], { ranks, results }: Merges, ids: number[]): void {
  const count = symbols.length;
  const next = Int32Array.from({ length: count }, (_, position) => position + 1);
  const previous = Int32Array.from({ length: count }, (_, position) => position - 1);
  const queue = new MinHeap();
  const enqueue = (position: number, right: number) => {
    const rank = ranks.get(symbols[position] as number, symbols[right] as number);
    if (rank >= 0) queue.push(rank * POSITIONS + position);
  };
  for (let position = 0; position + 1 < count; position += 1) enqueue(position, position + 1);
  while (queue.size > 0) {
    const top = queue.pop();
    const position = top % POSITIONS;
    const result = results[Math.floor(top / POSITIONS)] as number;
    const right = next[position] as number;
    // An entry is out of date once its left symbol was merged away, or its pair no longer makes the same token.
    if (right >= count) continue;
    const rank = ranks.get(symbols[position] as number, symbols[right] as number);
    if (rank < 0 || results[rank] !== result) continue;
    symbols[position] = result;
    symbols[right] = -1;
    const after = next[right] as number;
    next[position] = after;
    if (after < count) previous[after] = position;
    const before = previous[position] as number;
    if (before >= 0) enqueue(before, position);
    if (after < count) enqueue(position, after);
  }
  for (const symbol of symbols) if (symbol !== -1) ids.push(symbol);
}
