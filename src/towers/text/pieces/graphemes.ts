const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A text in stretches of some 256 code units, cut between a character that takes nothing with it and one that joins
 * nothing before it; in a text without such a place, anywhere after 4,096.
 */
const STRETCH =
  /[^]{256}[^]{0,3840}?[^\p{M}\p{Cf}\r](?![\p{M}\p{Grapheme_Extend}\p{Emoji_Modifier}\u200D\u0E33\u0EB3\n])|[^]{1,4096}/gu;

/**
 * The grapheme clusters of a text. Node's segmenter needs time that grows with the square of the length (8 s for 80,000
 * ideographs), so it is given short stretches.
 */
export function* graphemesOf(text: string): Iterable<string> {
  for (const stretch of text.match(STRETCH) ?? []) {
    for (const { segment } of SEGMENTER.segment(stretch)) yield segment;
  }
}
