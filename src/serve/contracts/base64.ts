import { HandspringError, fieldOf } from '../../core/errors.js';
import type { ErrorCode } from '../../core/errors.js';
import { DecodedBase64 } from '../body/decoded-base64.js';
import type { Base64 } from '../body/decoded-base64.js';
import { mistakenBytes, mistakenFor } from './mistaken-base64.js';

/** What a file in base64 is to be, and the error of one that is none. */
export interface ExpectedFile {
  readonly noun: string;
  readonly code: ErrorCode;
}

export const IMAGE: ExpectedFile = { noun: 'an image', code: 'invalid_image' };
export const SOUND: ExpectedFile = { noun: 'a sound', code: 'invalid_media' };
export const CSV: ExpectedFile = { noun: 'a CSV file', code: 'invalid_media' };

const DATA_URI = /^\s*data:[^,]{0,200};base64,/i;
const NOT_BASE64 = /[^A-Za-z0-9+/=_\s-]/;

/**
 * The bytes behind a base64 string. Lax as the reference is: line breaks and spaces are dropped, padding may be missing;
 * the URL-safe alphabet and a `data:image/…;base64,` prefix are accepted too.
 * @throws HandspringError of the expected file's code, that names the item and the first character that is no base64, or what it was
 * mistaken for.
 */
export function decodeBase64(
  item: string,
  encoded: Base64,
  { noun, code }: ExpectedFile = IMAGE,
): Uint8Array {
  const refuse = (received: string) =>
    new HandspringError(code, `${item}: expected ${noun} as base64, received ${received}`, {
      reason: 'not_base64',
      field: fieldOf(item),
    });
  if (encoded instanceof DecodedBase64) {
    const mistake = mistakenBytes(encoded.bytes);
    if (mistake !== undefined) throw refuse(mistake);
    return encoded.bytes;
  }
  const prefix = DATA_URI.exec(encoded)?.[0].length ?? 0;
  const digits = prefix === 0 ? encoded : encoded.slice(prefix);
  const mistake = mistakenFor(digits);
  if (mistake !== undefined) throw refuse(mistake);
  const bytes = Buffer.from(digits, 'base64');
  // Node skips what is not base64 and so gives fewer bytes than the length promises, but for up to three digits at the end and for
  // one beyond groups of four: only then is it worth a search.
  const isDoubtful =
    bytes.length < Buffer.byteLength(digits, 'base64') ||
    digits.length % 4 === 1 ||
    NOT_BASE64.test(digits.slice(-4));
  const stray = isDoubtful ? NOT_BASE64.exec(digits) : null;
  if (stray) throw refuse(`${JSON.stringify(stray[0])} at position ${prefix + stray.index}`);
  return bytes;
}
