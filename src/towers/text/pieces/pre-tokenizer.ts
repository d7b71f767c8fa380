import type { JsonObject } from '../../../models/folder/json-file.js';
import { isJsonObject } from '../../../models/folder/json-file.js';
import { toByteLevel } from './byte-level.js';
import { toRegExp } from './oniguruma.js';
import { PUNCTUATION } from './unicode-classes.js';
import type { SplitBehavior } from './split.js';
import { split } from './split.js';

/** A normalized piece in, the words out that the model splits further. `isFirst`: it stands at the start of the text. */
export type PreTokenizer = (piece: string, isFirst: boolean) => string[];

const WHITE_SPACE = /\p{White_Space}/gu;
const PUNCTUATION_MARK = new RegExp(`[${PUNCTUATION}]`, 'gu');

/** The `pre_tokenizer` of a `tokenizer.json` as a function. Throws on a kind it does not know, rather than give other ids. */
export function createPreTokenizer(config: unknown): PreTokenizer {
  if (!isJsonObject(config)) return (piece) => [piece];
  switch (config['type']) {
    case 'Sequence':
      return createSequence((config['pretokenizers'] as unknown[]).map(createPreTokenizer));
    case 'Split':
      return createSplit(config);
    case 'WhitespaceSplit':
      return (piece) => split(piece, WHITE_SPACE, 'Removed', false);
    case 'BertPreTokenizer':
      return (piece) =>
        split(piece, WHITE_SPACE, 'Removed', false).flatMap((word) =>
          split(word, PUNCTUATION_MARK, 'Isolated', false),
        );
    case 'ByteLevel':
      return (piece) =>
        toByteLevel(piece, config['add_prefix_space'] === true, config['use_regex'] !== false);
    case 'Metaspace':
      return createMetaspace(config);
    default:
      throw new Error(`pre_tokenizer: expected a known type, received ${String(config['type'])}`);
  }
}

function createSequence(steps: readonly PreTokenizer[]): PreTokenizer {
  return (piece, isFirst) =>
    steps.reduce(
      (pieces, step) => pieces.flatMap((current, index) => step(current, isFirst && index === 0)),
      [piece],
    );
}

function createSplit(config: JsonObject): PreTokenizer {
  const pattern = toRegExp(config['pattern'], 'pre_tokenizer Split');
  const behavior = config['behavior'] as SplitBehavior;
  const invert = config['invert'] === true;
  return (piece) => split(piece, pattern, behavior, invert);
}

/** SentencePiece's spaces: each becomes `▁`, one is put in front, and every word starts with its own. */
function createMetaspace(config: JsonObject): PreTokenizer {
  const mark = String(config['replacement']);
  const scheme = config['add_prefix_space'] === false ? 'never' : (config['prepend_scheme'] ?? 'always');
  const pattern = toRegExp({ String: mark }, 'pre_tokenizer Metaspace');
  return (piece, isFirst) => {
    const marked = piece.replaceAll(' ', mark);
    const prepends = !marked.startsWith(mark) && (scheme === 'always' || (scheme === 'first' && isFirst));
    const text = prepends ? mark + marked : marked;
    return config['split'] === false ? [text] : split(text, pattern, 'MergedWithNext', false);
  };
}
