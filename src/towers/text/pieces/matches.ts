export interface Match {
  readonly start: number;
  readonly end: number;
}

/**
 * The matches of a global pattern in a text. As in Oniguruma an empty match right behind another does not count, and an
 * empty text has none. `String.matchAll` would copy the pattern for every text, which costs more than the search itself
 * where its classes are long.
 */
export function matches(text: string, pattern: RegExp): Match[] {
  const found: Match[] = [];
  if (text === '') return found;
  let lastEnd = -1;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const start = match.index;
    const end = start + match[0].length;
    if (end > start || start !== lastEnd) found.push({ start, end });
    lastEnd = end;
    // An empty match must step over a whole character, or it would be found again.
    if (end === start) pattern.lastIndex += (text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
  }
  return found;
}
