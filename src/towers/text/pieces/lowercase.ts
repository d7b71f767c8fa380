/**
 * A text in lower case, each character for itself as Rust's `char::to_lowercase` does it. JavaScript follows the same
 * tables but looks around for one character: a Σ at the end of a word becomes ς there, σ here (Final_Sigma, Unicode
 * SpecialCasing.txt). What stands between two Σ needs no context.
 */
export function lowercase(text: string): string {
  return text.includes('Σ') ? text.split('Σ').map(lowercase).join('σ') : text.toLowerCase();
}
