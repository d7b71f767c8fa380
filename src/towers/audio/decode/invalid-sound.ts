import { HandspringError } from '../../../core/errors.js';

/** Why a sound is refused: closed words for the metrics. */
export type InvalidSoundReason =
  'empty' | 'unknown_format' | 'unsupported' | 'broken' | 'too_long' | 'too_short';

export const EXPECTED_SOUND = 'a WAV, MP3, FLAC, Ogg Vorbis or Ogg Opus sound';

/** `expected …, received …`, as every message about an item. */
export function invalidSound(
  reason: InvalidSoundReason,
  expected: string,
  received: string,
  options: { readonly limit?: 'MAX_SOUND_SECONDS'; readonly cause?: unknown } = {},
): HandspringError {
  return new HandspringError('invalid_media', `expected ${expected}, received ${received}`, {
    reason,
    ...options,
  });
}
