import type { JsonObject } from '../../../models/folder/json-file.js';
import { isJsonObject } from '../../../models/folder/json-file.js';
import { createBertNormalizer } from './bert-normalizer.js';
import { lowercase } from './lowercase.js';
import { matches } from './matches.js';
import { toRegExp } from './oniguruma.js';
import { createPrecompiled } from './precompiled-charsmap.js';
import { strip } from './strip.js';
import { MARK } from './unicode-classes.js';
import { toUnicodeForm } from './unicode-form.js';

export type Normalizer = (text: string) => string;

const MARK_PATTERN = new RegExp(`[${MARK}]`, 'gu');

/** The `normalizer` of a `tokenizer.json` as a function. Throws on a kind it does not know, rather than give other ids. */
export function createNormalizer(config: unknown): Normalizer {
  if (!isJsonObject(config)) return (text) => text;
  const type = String(config['type']);
  switch (type) {
    case 'Sequence': {
      const steps = (config['normalizers'] as unknown[]).map(createNormalizer);
      return (text) => steps.reduce((current, step) => step(current), text);
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return (text) => toUnicodeForm(text, type);
    case 'Lowercase':
      return lowercase;
    case 'Strip':
      return (text) => strip(text, config['strip_left'] === true, config['strip_right'] === true);
    case 'StripAccents':
      return (text) => text.replace(MARK_PATTERN, '');
    case 'Prepend':
      return (text) => (text === '' ? '' : String(config['prepend']) + text);
    case 'Replace':
      return createReplace(config);
    case 'Precompiled':
      return createPrecompiled(String(config['precompiled_charsmap']));
    case 'Nmt':
      return nmt;
    case 'BertNormalizer':
      return createBertNormalizer(config);
    default:
      throw new Error(`normalizer: expected a known type, received ${type}`);
  }
}

function createReplace(config: JsonObject): Normalizer {
  const pattern = toRegExp(config['pattern'], 'normalizer Replace');
  const content = String(config['content']);
  return (text) => {
    let out = '';
    let from = 0;
    for (const { start, end } of matches(text, pattern)) {
      out += text.slice(from, start) + content;
      from = end;
    }
    return out + text.slice(from);
  };
}

/** The clean-up of Google's neural translation (`normalizers/unicode.rs` of Hugging Face's tokenizers). */
function nmt(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replace(/[\x01-\x08\x0B\x0E-\x1F\x7F\x8F\x9F]/g, '')
      .replace(/[\t\n\f\r\u1680\u200B-\u200F\u2028\u2029\u2581\uFEFF\uFFFD]/g, ' ')
  );
}
