import type { JsonObject } from '../../../models/folder/json-file.js';
import { lowercase } from './lowercase.js';
import { NONSPACING_MARK, UNCLEAN } from './unicode-classes.js';
import { toUnicodeForm } from './unicode-form.js';

const REMOVED = new RegExp(`[${UNCLEAN}]`, 'gu');
const ACCENT = new RegExp(`[${NONSPACING_MARK}]`, 'gu');
const WHITE_SPACE = /\p{White_Space}/gu;
/** The blocks that the Rust source lists; one of them starts 256 code points later than the block it is meant for. */
const IDEOGRAPH =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;

/**
 * BERT's normalizer: clean, set ideographs apart, strip accents, lower the case, in this order (`normalizers/bert.rs` of
 * Hugging Face's tokenizers).
 */
export function createBertNormalizer(config: JsonObject): (text: string) => string {
  const lower = config['lowercase'] === true;
  const stripAccents = config['strip_accents'] ?? lower;
  return (text) => {
    let out = text;
    if (config['clean_text'] === true) out = out.replace(REMOVED, '').replace(WHITE_SPACE, ' ');
    if (config['handle_chinese_chars'] === true) out = out.replace(IDEOGRAPH, ' $& ');
    if (stripAccents === true) out = toUnicodeForm(out, 'NFD').replace(ACCENT, '');
    return lower ? lowercase(out) : out;
  };
}
