import { HandspringError } from '../../core/errors.js';
import type { Config } from '../options/config.js';

/** The largest things that are read whole, and what is said of larger ones. */
export interface Sizes {
  readonly imageBytes: number;
  readonly soundBytes: number;
  /** A line that is a text. */
  readonly textBytes: number;
  /** A line of JSON that asks for something. */
  readonly requestBytes: number;
  tooLongText(): HandspringError;
  tooLongRequest(): HandspringError;
}

/** Most bytes of a character in UTF-8, and most of one in JSON, which may write each as `\u1234`. */
const UTF8_BYTES = 4;
const JSON_BYTES = 6;
/** Two channels of float32, 48,000 times a second: more than any sound that is read has in a second. */
const SOUND_SECOND_BYTES = 2 * 4 * 48_000;
/** Of a line of JSON beside what is to be embedded: its keys and id. */
const REST_BYTES = 2 ** 20;

/** As the limits of the options have it, which bound what is embedded. */
export function sizesOf({
  maxImageBytes,
  maxSoundSeconds,
  maxTextChars,
}: Pick<Config, 'maxImageBytes' | 'maxSoundSeconds' | 'maxTextChars'>): Sizes {
  const soundBytes = maxSoundSeconds * SOUND_SECOND_BYTES + REST_BYTES;
  const textBytes = UTF8_BYTES * maxTextChars;
  const requestBytes =
    Math.max(base64(maxImageBytes), base64(soundBytes), JSON_BYTES * maxTextChars) + REST_BYTES;
  const tooLarge = (message: string) => new HandspringError('payload_too_large', message);
  return {
    imageBytes: maxImageBytes,
    soundBytes,
    textBytes,
    requestBytes,
    tooLongText: () =>
      tooLarge(
        `expected at most ${maxTextChars} characters (MAX_TEXT_CHARS), received more than ${textBytes} bytes`,
      ),
    tooLongRequest: () =>
      tooLarge(
        `expected a line of at most ${requestBytes} bytes (MAX_IMAGE_BYTES, MAX_SOUND_SECONDS, MAX_TEXT_CHARS), received a longer one`,
      ),
  };
}

function base64(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}
