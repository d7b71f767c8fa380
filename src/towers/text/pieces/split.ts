import { matches } from './matches.js';

/** What becomes of the delimiters of a split: `SplitDelimiterBehavior` of Hugging Face's tokenizers. */
export type SplitBehavior = 'Removed' | 'Isolated' | 'Contiguous' | 'MergedWithPrevious' | 'MergedWithNext';

interface Segment {
  text: string;
  readonly isDelimiter: boolean;
}

/**
 * The pieces of a text around the matches of a global pattern, none of them empty. The matches are the delimiters; with
 * `invert` it is what lies between them.
 */
export function split(text: string, pattern: RegExp, behavior: SplitBehavior, invert: boolean): string[] {
  const segments = segmentsOf(text, pattern, invert);
  switch (behavior) {
    case 'Removed':
      return segments.filter((segment) => !segment.isDelimiter).map((segment) => segment.text);
    case 'Isolated':
      return segments.map((segment) => segment.text);
    case 'Contiguous':
      return merged(segments, (last, next) => last.isDelimiter === next.isDelimiter);
    case 'MergedWithPrevious':
      return merged(segments, (last, next) => next.isDelimiter && !last.isDelimiter);
    case 'MergedWithNext':
      return merged(segments, (last, next) => last.isDelimiter && !next.isDelimiter);
  }
}

function segmentsOf(text: string, pattern: RegExp, invert: boolean): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  const add = (to: number, isMatch: boolean) => {
    if (to > from) segments.push({ text: text.slice(from, to), isDelimiter: isMatch !== invert });
    from = to;
  };
  for (const match of matches(text, pattern)) {
    add(match.start, false);
    add(match.end, true);
  }
  add(text.length, false);
  return segments;
}

/** Segments joined to the one before them where `joins` says so of the two as they were. */
function merged(segments: readonly Segment[], joins: (last: Segment, next: Segment) => boolean): string[] {
  const pieces: string[] = [];
  segments.forEach((segment, index) => {
    const last = segments[index - 1];
    if (last !== undefined && joins(last, segment)) pieces[pieces.length - 1] += segment.text;
    else pieces.push(segment.text);
  });
  return pieces;
}
