/** A text file is in an encoding that its bytes do not tell. */
export class UnknownEncodingError extends Error {
  override readonly name = 'UnknownEncodingError';
}

/**
 * A file's text: UTF-16 where it begins with that byte order mark, else UTF-8; without the mark.
 * @throws UnknownEncodingError for anything else, which could only be guessed at.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UnknownEncodingError('expected UTF-8, or UTF-16 with a byte order mark, received other bytes', {
      cause,
    });
  }
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
