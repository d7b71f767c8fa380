/** A file whose base64 was decoded where it lay in a request's body: no string was made of it. */
export class DecodedBase64 {
  constructor(readonly bytes: Uint8Array<ArrayBuffer>) {}
}

/** What a contract may find where a file in base64 is to be. */
export type Base64 = string | DecodedBase64;

export const isBase64 = (value: unknown): value is Base64 =>
  typeof value === 'string' || value instanceof DecodedBase64;

const EQUALS = 0x3d;
/** Digits that become bytes at once: whole groups of four, and few enough for the string of them to be short-lived and near. */
const DIGITS_AT_ONCE = 65_536;
/** Node takes up to three digits at the end that are none without a sign: see `decodeBase64`. */
const LAST_DIGITS = /^[\w+/-]{2}(?:[\w+/-]{2}|[\w+/-]=|==)$/;

/**
 * The bytes that base64 means, if it is nothing else: without a prefix, a blank or an escape. `undefined` where it may not be, so that
 * the string itself has to be looked at.
 */
export function decodePlainBase64(digits: Buffer): DecodedBase64 | undefined {
  if (digits.length % 4 !== 0 || !LAST_DIGITS.test(digits.toString('latin1', digits.length - 4)))
    return undefined;
  const padding = digits.at(-2) === EQUALS ? 2 : digits.at(-1) === EQUALS ? 1 : 0;
  const bytes = Buffer.allocUnsafeSlow((digits.length / 4) * 3 - padding);
  let length = 0;
  for (let at = 0; at < digits.length; at += DIGITS_AT_ONCE) {
    const some = digits.toString('latin1', at, at + DIGITS_AT_ONCE);
    const written = bytes.write(some, length, 'base64');
    length += written;
    // What is not base64 is skipped: then there are fewer bytes than so many digits make.
    if (length < bytes.length && written !== (some.length / 4) * 3) return undefined;
  }
  return length === bytes.length ? new DecodedBase64(bytes) : undefined;
}
