/** Upper ends of the length groups; past the last, every 32 tokens begin a group. */
const GROUPS = [8, 12, 16, 24, 32, 48, 64, 80] as const;

/**
 * The group of a text by its number of tokens. Texts of one group share batches. In the first one padding can more than
 * double a text (3 tokens beside 8), in every other it adds less than half (33 beside 48 at most); without groups a text
 * of 8 tokens beside one of 77 would be computed nine times over.
 */
export function paddedLength(tokens: number): number {
  return GROUPS.find((end) => tokens <= end) ?? Math.ceil(tokens / 32) * 32;
}
