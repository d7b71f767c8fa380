import type { JsonObject } from '../../../models/folder/json-file.js';
import type { WordModel } from './word-model.js';
import { PieceIndex } from './piece-index.js';
import { byteTokens } from './vocabulary.js';

/** Below the worst piece, so that an unknown character is the last resort (`models/unigram/model.rs`). */
const UNKNOWN_PENALTY = 10;

interface BestPath {
  /** The score of the best path that ends at each code unit. */
  readonly scores: Float64Array;
  /** Where the last piece of that path starts, and its id. */
  readonly starts: Int32Array;
  readonly ids: Int32Array;
}

/**
 * SentencePiece's unigram model: of all ways to cut a word into pieces the one with the highest sum of scores, the one
 * found first among equals (`encode_optimized` of Hugging Face's tokenizers). Unknown characters in a row are one token.
 * Throws if the model names no unknown token.
 */
export function createUnigram(config: JsonObject): WordModel {
  const pieces = config['vocab'] as [string, number][];
  const unknown = config['unk_id'];
  if (typeof unknown !== 'number')
    throw new Error('tokenizer model: expected unk_id for Unigram, received none');
  const vocabulary = new Map(pieces.map(([piece], id) => [piece, id]));
  const index = new PieceIndex(vocabulary);
  const scores = Float64Array.from(pieces, ([, score]) => score);
  const unknownScore = scores.reduce((least, score) => Math.min(least, score), Infinity) - UNKNOWN_PENALTY;
  const falls = config['byte_fallback'] === true;
  const unknownRun = (text: string) =>
    vocabulary.get(text) ?? (falls ? byteTokens(text, vocabulary) : undefined) ?? unknown;
  return (word, ids) => {
    const path = findBestPath(word, index, scores, unknown, unknownScore);
    for (const id of backtrack(word, path, unknown, unknownRun)) ids.push(id);
  };
}

function findBestPath(
  word: string,
  index: PieceIndex,
  pieceScores: Float64Array,
  unknown: number,
  unknownScore: number,
): BestPath {
  const scores = new Float64Array(word.length + 1);
  const starts = new Int32Array(word.length + 1).fill(-1);
  const ids = new Int32Array(word.length + 1);
  const offer = (start: number, end: number, id: number, score: number) => {
    const total = score + (scores[start] as number);
    if (starts[end] !== -1 && total <= (scores[end] as number)) return;
    scores[end] = total;
    starts[end] = start;
    ids[end] = id;
  };
  for (let start = 0; start < word.length;) {
    const width = (word.codePointAt(start) as number) > 0xffff ? 2 : 1;
    let hasSingle = false;
    index.forEachPrefix(word, start, (id, end) => {
      offer(start, end, id, pieceScores[id] as number);
      hasSingle ||= end - start === width;
    });
    if (!hasSingle) offer(start, start + width, unknown, unknownScore);
    start += width;
  }
  return { scores, starts, ids };
}

function backtrack(
  word: string,
  { starts, ids }: BestPath,
  unknown: number,
  unknownRun: (text: string) => number | number[],
): number[] {
  const reversed: (number | number[])[] = [];
  for (let end = word.length; end > 0;) {
    let start = starts[end] as number;
    const isUnknown = ids[end] === unknown;
    if (isUnknown) while (start > 0 && ids[start] === unknown) start = starts[start] as number;
    reversed.push(isUnknown ? unknownRun(word.slice(start, end)) : (ids[end] as number));
    end = start;
  }
  return reversed.reverse().flat();
}
