import { isJsonObject } from '../../models/folder/json-file.js';
import type { JsonObject } from '../../models/folder/json-file.js';
import type { TextFiles } from './files.js';

/**
 * The `normalizer` of a model's `tokenizer.json`, with the lower case that SigLIP was trained on set before it where the file
 * leaves it out: SigLIP 2's does, and Hugging Face's `Siglip2Tokenizer` puts it there (transformers 5, pull request 43101).
 * `do_lower_case` of other models is not obeyed, as their fast tokenizers do not: a multilingual MiniLM has it beside a
 * vocabulary with capitals.
 */
export function normalizerOf({ tokenizer, tokenizerConfig, modelConfig }: TextFiles): unknown {
  const own = tokenizer['normalizer'];
  if (!isTrainedOnLowerCase(tokenizerConfig, modelConfig) || lowers(own)) return own;
  const lowercase = { type: 'Lowercase' };
  return isJsonObject(own) ? { type: 'Sequence', normalizers: [lowercase, own] } : lowercase;
}

function isTrainedOnLowerCase(tokenizerConfig: JsonObject, modelConfig: JsonObject): boolean {
  const type = modelConfig['model_type'];
  if (type === 'siglip2' || tokenizerConfig['tokenizer_class'] === 'Siglip2Tokenizer') return true;
  // The SigLIP 2 models of one resolution are of type `siglip`.
  return type === 'siglip' && tokenizerConfig['do_lower_case'] === true;
}

function lowers(normalizer: unknown): boolean {
  if (!isJsonObject(normalizer)) return false;
  const { type, normalizers, lowercase } = normalizer;
  if (type === 'Sequence') return Array.isArray(normalizers) && normalizers.some(lowers);
  return type === 'Lowercase' || (type === 'BertNormalizer' && lowercase === true);
}
