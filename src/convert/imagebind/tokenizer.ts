import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../core/own-module.js';

const MERGES = fileURLToPath(new URL('models/clip/merges.txt', ROOT));
const [START, END] = ['<|startoftext|>', '<|endoftext|>'];
const WORD_END = '</w>';
/** Words as CLIP's pattern finds them, in Hugging Face's form. */
const WORDS = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/**
 * CLIP's tokenizer, 49,408 tokens, as the `tokenizer.json` of a fast tokenizer, from the merges that come with the program.
 * Source: clip/simple_tokenizer.py of openai/CLIP.
 */
export async function clipTokenizer(): Promise<object> {
  const merges = (await readFile(MERGES, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '));
  const bytes = byteCharacters();
  const tokens = [
    ...bytes,
    ...bytes.map((character) => character + WORD_END),
    ...merges.map((pair) => pair.join('')),
    START,
    END,
  ];
  const [start, end] = [tokens.length - 2, tokens.length - 1];
  const special = { single_word: false, lstrip: false, rstrip: false, normalized: true, special: true };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      { id: start, content: START, ...special },
      { id: end, content: END, ...special },
    ],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: WORDS }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: 'RobertaProcessing',
      sep: [END, end],
      cls: [START, start],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: END,
      continuing_subword_prefix: '',
      end_of_word_suffix: WORD_END,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
}

/** A character for each byte: the printable ones stand for themselves and come first, the others get what follows Latin-1. */
function byteCharacters(): string[] {
  const isPrintable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
  const all = Array.from({ length: 256 }, (_, byte) => byte);
  const others = all.filter((byte) => !isPrintable(byte)).map((_, at) => 256 + at);
  return [...all.filter(isPrintable), ...others].map((code) => String.fromCharCode(code));
}
