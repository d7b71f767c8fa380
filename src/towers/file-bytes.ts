import { isPrepared } from '../core/embedder.js';
import type { Content } from '../core/embedder.js';
import { HandspringError } from '../core/errors.js';

/**
 * The bytes of a file that a tower is given.
 * @param noun What the file is, for the error: `an image`.
 * @throws HandspringError where it is given a text, or numbers.
 */
export function fileBytes(content: Content, noun: string): Uint8Array {
  if (typeof content !== 'string' && !isPrepared(content)) return content;
  const received = typeof content === 'string' ? 'a string' : 'prepared numbers';
  throw new HandspringError('invalid_request', `expected the bytes of ${noun}, received ${received}`);
}
