import { decodeHTML } from 'entities';

/** What stands for others in texts that were typeset, in groups as ftfy has them (`chardata.py`, ftfy 6). */
const SINGLE_QUOTES = /[\u02BC\u2018-\u201B]/g;
const DOUBLE_QUOTES = /[\u201C-\u201F]/g;
/** Latin letters in one character: ĳ, ŉ, ǆ and their like, ﬁ and ﬂ. */
const LIGATURES = /[\u0132\u0133\u0149\u01C4-\u01CC\u01F1-\u01F3\uFB00-\uFB06]/g;
/** Letters as wide as Chinese ones, and narrow Japanese and Korean ones. */
const WIDTHS = /[\u3000\uFF01-\uFFEF]/g;
const LINE_BREAKS = /\r\n|[\r\u2028\u2029\u0085]/g;
// eslint-disable-next-line no-control-regex
const TERMINAL_COLOURS = /\x1B\[(?:\d|;)*[a-zA-Z]/g;
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\x00-\x08\x0B\x0E-\x1F\x7F\u206A-\u206F\uFEFF\uFFF9-\uFFFC]/g;

/**
 * A text as OpenAI's CLIP mends it before it is read: HTML's entities twice, straight quotes, whole letters in place of ligatures and
 * of wide ones, no control characters, composed. Not done: ftfy's guesses at texts that were decoded wrongly.
 * Source: `basic_clean` in clip/simple_tokenizer.py of openai/CLIP, and `fix_text` of ftfy 6.
 */
export function mendText(text: string): string {
  const plain = text.includes('&') ? decodeHTML(decodeHTML(text)) : text;
  return plain
    .replace(TERMINAL_COLOURS, '')
    .replace(LIGATURES, (letter) => (letter === '\uFB05' ? '\u017Ft' : letter.normalize('NFKC')))
    .replace(WIDTHS, (letter) => letter.normalize('NFKC'))
    .replace(SINGLE_QUOTES, "'")
    .replace(DOUBLE_QUOTES, '"')
    .replace(LINE_BREAKS, '\n')
    .replace(CONTROLS, '')
    .normalize('NFC');
}
