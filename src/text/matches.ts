export interface Match {
  readonly start: number;
  readonly end: number;
}

/**
 * The matches of a global pattern in a text, empty ones left out. `String.matchAll` would copy the pattern for every text,
 * which costs more than the search itself where its classes are long.
 */
export function matches(text: string, pattern: RegExp): Match[] {
  const found: Match[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const length = match[0].length;
    if (length > 0) found.push({ start: match.index, end: match.index + length });
    // With the `u` flag an empty match must step over a whole character, or it would be found again.
    else pattern.lastIndex += (text.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1;
  }
  return found;
}
