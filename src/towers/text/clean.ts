import type { TextSettings } from './settings.js';
import { mendText } from './mend.js';
import { strip } from './pieces/strip.js';

/** Python's `str.split` cuts at these beside Unicode's White_Space. */
// eslint-disable-next-line no-control-regex
const PYTHON_SPACE = /[\p{White_Space}\x1C-\x1F]+/gu;
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * A text as its tokenizer gets it. Half a surrogate pair has no UTF-8 and becomes U+FFFD; nothing else is changed unless
 * the model's settings ask for it. `whitespace` and `canonicalize` are immich's `clean_text`, in its order: white space,
 * then punctuation, then case (here with the Greek final sigma, as in Python's `str.lower`). `openai` is `basic_clean` and
 * `whitespace_clean` of OpenAI's CLIP (clip/simple_tokenizer.py).
 */
export function cleanText(text: string, clean: TextSettings['clean']): string {
  const wellFormed = text.replace(LONE_SURROGATE, '\uFFFD');
  if (clean === 'none') return wellFormed;
  if (clean === 'openai') return cleanText(mendText(wellFormed), 'whitespace');
  const spaced = strip(wellFormed.replace(PYTHON_SPACE, ' '), true, true);
  return clean === 'canonicalize' ? spaced.replace(PUNCTUATION, '').toLowerCase() : spaced;
}
