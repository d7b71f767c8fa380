import { LETTER, NUMBER } from './unicode-classes.js';

/** GPT-2's word pattern, with Unicode's White_Space for `\s`. */
const WORD = new RegExp(
  `'s|'t|'re|'ve|'m|'ll|'d| ?[${LETTER}]+| ?[${NUMBER}]+| ?[^\\p{White_Space}${LETTER}${NUMBER}]+` +
    '|\\p{White_Space}+(?!\\P{White_Space})|\\p{White_Space}+',
  'gu',
);

/** Stands for each byte by one printable character; 0x20 by Ġ, for instance (`bytes_to_unicode` of GPT-2). */
const CHARACTER_OF_BYTE: readonly string[] = charactersOfBytes();

/** Words of these are spelled as they are. */
const PRINTABLE = /^[!-~]*$/;

const UTF8 = new TextEncoder();

/** The words of a text, their UTF-8 bytes spelled in printable characters. */
export function toByteLevel(text: string, addPrefixSpace: boolean, splitWords: boolean): string[] {
  const spaced = addPrefixSpace && !text.startsWith(' ') ? ` ${text}` : text;
  return (splitWords ? (spaced.match(WORD) ?? []) : [spaced]).map(spell);
}

function spell(word: string): string {
  if (PRINTABLE.test(word)) return word;
  let out = '';
  for (const byte of UTF8.encode(word)) out += CHARACTER_OF_BYTE[byte];
  return out;
}

function charactersOfBytes(): string[] {
  let unprintable = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad);
    return String.fromCharCode(printable ? byte : 256 + unprintable++);
  });
}
