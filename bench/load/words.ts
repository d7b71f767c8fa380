import type { Tokenizer } from '../../src/towers/text/tokenizer.js';
import { seededRandom } from '../../test/support/random.js';

/** Enough for four million different texts of two words. */
const MOST_WORDS = 2000;

/** Words that are one token each for this tokenizer, from its own vocabulary, in its order. */
export function findWords(tokenizer: Tokenizer, vocabulary: Iterable<string>): string[] {
  const overhead = tokenizer.tokenize('').ids.length;
  const words = new Set<string>();
  for (const entry of vocabulary) {
    const word = entry.replace(/^[Ġ▁]|<\/w>$/g, '');
    if (words.size === MOST_WORDS) break;
    if (/^[a-z]{4,9}$/.test(word) && tokenizer.tokenize(word).ids.length === overhead + 1) words.add(word);
  }
  return [...words];
}

/** The vocabulary of a `tokenizer.json`: a map from token to id, or a list of tokens with scores. */
export function readVocabulary(tokenizer: Readonly<Record<string, unknown>>): string[] {
  const { vocab } = tokenizer['model'] as { vocab: Record<string, number> | [string, number][] };
  return Array.isArray(vocab) ? vocab.map(([token]) => token) : Object.keys(vocab);
}

/** Texts of so many words, each time another one, the same series for the same seed. */
export function createTexts(words: readonly string[], count: number, seed: number): () => string {
  const random = seededRandom(seed);
  const word = () => words[Math.floor(random() * words.length)] ?? '';
  return () => Array.from({ length: count }, word).join(' ');
}
