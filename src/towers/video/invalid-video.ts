import { HandspringError } from '../../core/errors.js';

/** Why a video is refused: closed words for the metrics. */
export type InvalidVideoReason =
  'empty' | 'unknown_format' | 'unsupported' | 'broken' | 'too_long' | 'too_large';

/** `expected …, received …`, as every message about an item. */
export function invalidVideo(
  reason: InvalidVideoReason,
  expected: string,
  received: string,
  options: { readonly limit?: 'MAX_VIDEO_SECONDS'; readonly cause?: unknown } = {},
): HandspringError {
  return new HandspringError('invalid_media', `expected ${expected}, received ${received}`, {
    reason,
    ...options,
  });
}
