/** Upper ends of the length groups; past the last, every 32 tokens begin a group. */
const GROUPS = [8, 12, 16, 24, 32, 48, 64, 80] as const;

/**
 * The group of a text by its number of tokens. Texts of one group share batches: padding to the longest of a group
 * costs a third at most, while a caption beside a text of 77 tokens would be computed nine times over.
 */
export function paddedLength(tokens: number): number {
  return GROUPS.find((end) => tokens <= end) ?? Math.ceil(tokens / 32) * 32;
}
