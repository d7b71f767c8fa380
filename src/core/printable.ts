/** What a terminal obeys instead of showing it, and what turns the direction of the text around it (Unicode's `Bidi_Control`). */
const OBEYED = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A name of a file as one line of a terminal: whoever made the file chose it, and could else clear the screen or write lines of
 * their own. What is obeyed stands as `\u001b`.
 */
export function printable(name: string): string {
  return name.replace(OBEYED, escape);
}

/** The same of several lines. */
export function printableLines(text: string): string {
  return text.replace(OBEYED, (character) => (character === '\n' ? character : escape(character)));
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
