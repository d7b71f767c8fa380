import type { JsonObject } from '../../models/folder/json-file.js';
import type { AddedToken } from './pieces/added-tokens.js';
import { createAddedTokens } from './pieces/added-tokens.js';
import { createWordModel } from './pieces/model.js';
import { createNormalizer } from './pieces/normalizer.js';
import { createPreTokenizer } from './pieces/pre-tokenizer.js';

/**
 * What a `tokenizer.json` makes of a text: added tokens are cut out, the rest is normalized, cut at the normalized added
 * tokens, pre-tokenized into words, and each word becomes ids. No start and end tokens, no truncation, no padding.
 * @param normalizer What is done in place of the file's own `normalizer`.
 */
export function createPipeline(
  tokenizer: JsonObject,
  normalizer: unknown = tokenizer['normalizer'],
): (text: string) => number[] {
  const added = (tokenizer['added_tokens'] ?? []) as AddedToken[];
  const normalize = createNormalizer(normalizer);
  const preTokenize = createPreTokenizer(tokenizer['pre_tokenizer']);
  const encodeWord = createWordModel(tokenizer['model']);
  const cutRaw = createAddedTokens(added.filter((token) => token.normalized === false));
  const cutNormalized = createAddedTokens(
    added.filter((token) => token.normalized !== false),
    normalize,
  );
  return (text) => {
    const ids: number[] = [];
    for (const raw of cutRaw(text)) {
      if ('id' in raw) ids.push(raw.id);
      else {
        for (const section of cutNormalized(normalize(raw.text))) {
          if ('id' in section) ids.push(section.id);
          else if (section.text !== '') {
            for (const word of preTokenize(section.text, raw.start + section.start === 0))
              encodeWord(word, ids);
          }
        }
      }
    }
    return ids;
  };
}
