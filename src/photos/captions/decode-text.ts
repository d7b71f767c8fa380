/** A text file is in an encoding that its bytes do not tell, or is too long to be what it is taken for. */
export class UnreadableTextError extends Error {
  override readonly name = 'UnreadableTextError';
}

/** UTF-16 without its mark, and UTF-32, are full of them; a text has none. */
const NUL = '\0';

/**
 * A file's text: UTF-16 where it begins with that byte order mark, else UTF-8; without the mark.
 * @throws UnreadableTextError for anything else, which could only be guessed at.
 */
export function decodeText(bytes: Uint8Array): string {
  const expected = 'expected UTF-8, or UTF-16 with a byte order mark';
  let text: string;
  try {
    text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UnreadableTextError(`${expected}, received other bytes`, { cause });
  }
  if (text.includes(NUL)) throw new UnreadableTextError(`${expected}, received zeros among its letters`);
  return text;
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
