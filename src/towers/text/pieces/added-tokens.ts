import { matches } from './matches.js';
import type { Normalizer } from './normalizer.js';

/** An entry of `added_tokens`: a string that is one token wherever it stands. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Only where no word character touches it. */
  readonly single_word?: boolean;
  /** Takes the white space before it, or after it, along. */
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
  /** Looked for after the normalizer, in normalized form. */
  readonly normalized?: boolean;
  readonly special?: boolean;
}

/** A stretch of text, or an added token's id; `start` is where it stood. */
export type Section = { readonly text: string; readonly start: number } | { readonly id: number };

const ENDS_WITH_WORD = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const STARTS_WITH_WORD = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const WHITE_SPACE = /\p{White_Space}/u;

/**
 * Cuts texts at added tokens, the leftmost and then the longest first (`tokenizer/added_vocabulary.rs` of Hugging Face's
 * tokenizers). Give it the tokens of one kind, `normalized` or not, and for the normalized ones the normalizer.
 */
export function createAddedTokens(
  tokens: readonly AddedToken[],
  normalizer: Normalizer = (text) => text,
): (text: string) => Section[] {
  const byText = new Map(tokens.map((token) => [normalizer(token.content), token]));
  byText.delete('');
  if (byText.size === 0) return (text) => [{ text, start: 0 }];
  const longestFirst = [...byText.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(
    longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'),
    'g',
  );
  return (text) => {
    const sections: Section[] = [];
    let from = 0;
    for (const match of matches(text, pattern)) {
      const token = byText.get(text.slice(match.start, match.end)) as AddedToken;
      if (token.single_word === true && !standsAlone(text, match.start, match.end)) continue;
      const start = token.lstrip === true ? Math.max(from, spaceBefore(text, match.start)) : match.start;
      const end = token.rstrip === true ? spaceAfter(text, match.end) : match.end;
      if (from < start) sections.push({ text: text.slice(from, start), start: from });
      sections.push({ id: token.id });
      from = end;
    }
    if (from < text.length) sections.push({ text: text.slice(from), start: from });
    return sections;
  };
}

function standsAlone(text: string, start: number, end: number): boolean {
  return (
    !ENDS_WITH_WORD.test(text.slice(Math.max(0, start - 2), start)) &&
    !STARTS_WITH_WORD.test(text.slice(end, end + 2))
  );
}

function spaceBefore(text: string, from: number): number {
  let start = from;
  while (start > 0 && WHITE_SPACE.test(text.charAt(start - 1))) start -= 1;
  return start;
}

function spaceAfter(text: string, from: number): number {
  let end = from;
  while (end < text.length && WHITE_SPACE.test(text.charAt(end))) end += 1;
  return end;
}
