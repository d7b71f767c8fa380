const WHITE_SPACE = /^\p{White_Space}$/u;

/** A text without the white space (Unicode's White_Space, not JavaScript's) at its start, its end or both. */
export function strip(text: string, left: boolean, right: boolean): string {
  let start = 0;
  let end = text.length;
  while (left && start < end && isWhiteSpace(text, start)) start += 1;
  while (right && end > start && isWhiteSpace(text, end - 1)) end -= 1;
  return text.slice(start, end);
}

/** All white space lies in the basic plane, so that one code unit decides. */
function isWhiteSpace(text: string, index: number): boolean {
  return WHITE_SPACE.test(text.charAt(index));
}
