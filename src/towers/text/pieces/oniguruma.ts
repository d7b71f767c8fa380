import * as library from '@huggingface/tokenizers';
import { LETTER, NUMBER } from './unicode-classes.js';

/** The package's type files import each other without extensions, which NodeNext does not resolve. */
const { SplitPreTokenizer } = library as unknown as {
  SplitPreTokenizer: new (config: { pattern: unknown }) => { readonly pattern: RegExp | null };
};

/**
 * A `pattern` of `tokenizer.json` (`{"Regex": …}` in Oniguruma's syntax, or `{"String": …}`) as a global RegExp. The
 * translation of Oniguruma's syntax is that of `@huggingface/tokenizers`; in it `\s` is Unicode's White_Space, which
 * JavaScript's is not (U+0085 in, U+FEFF out). `\p{L}` and `\p{N}` become Oniguruma's own letters and numbers.
 */
export function toRegExp(pattern: unknown, where: string): RegExp {
  const compiled = new SplitPreTokenizer({ pattern }).pattern;
  if (compiled === null) throw new Error(`${where}: expected a pattern of Regex or String, received neither`);
  return new RegExp(withOwnClasses(compiled.source), 'gu');
}

function withOwnClasses(source: string): string {
  let isInClass = false;
  return source.replace(/\\p\{([LN])\}|\\.|[[\]]/gsu, (part, name: string | undefined) => {
    if (part === '[' || part === ']') isInClass = part === '[';
    if (name === undefined) return part;
    const ranges = name === 'L' ? LETTER : NUMBER;
    return isInClass ? ranges : `[${ranges}]`;
  });
}
