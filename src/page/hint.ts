/** The longest text the service takes, in UTF-16 code units. */
export const LONGEST_QUERY = 2000;

/** The text as it is searched for: without blanks around it, and not too long. */
export function toQuery(typed: string): string {
  // Half a character, such as of an emoji, is none.
  return typed
    .trim()
    .slice(0, LONGEST_QUERY)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd();
}

/**
 * What the reader has to know of a text beside the box, or nothing: that its end is left out, or that the model cannot read it.
 * @param languages `many`, or the one that the model knows; undefined where that is not known.
 */
export function toHint(typed: string, languages: string | undefined): string {
  const hints = [];
  if (typed.trim().length > LONGEST_QUERY)
    hints.push(`Only the first ${LONGEST_QUERY.toLocaleString('en')} characters are searched for.`);
  if (!isReadable(typed, languages))
    hints.push('This model knows English only: what it finds for other languages and signs is chance.');
  return hints.join(' ');
}

/** Whether the model can know what the text means, as far as its script tells. */
export function isReadable(text: string, languages: string | undefined): boolean {
  return languages !== 'English' || looksEnglish(text);
}

/** By its letters: what is written in another script is no English, nor is a text without letters and digits. */
function looksEnglish(text: string): boolean {
  if (text.trim() === '') return true;
  const letters = text.match(/\p{L}/gu) ?? [];
  const latin = letters.filter((letter) => /\p{Script=Latin}/u.test(letter));
  return letters.length > 0 ? latin.length > letters.length / 2 : /\p{N}/u.test(text);
}
