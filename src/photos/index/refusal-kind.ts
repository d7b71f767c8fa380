import { HandspringError } from '../../core/errors.js';
import type { RefusedFile } from './store.js';

/** Why an image was refused, in one word; nothing where that is not what the error is about. */
export function toRefusalKind(error: unknown): Pick<RefusedFile, 'kind'> {
  if (!(error instanceof HandspringError)) return {};
  if (error.code === 'payload_too_large') return { kind: 'too_large' };
  const { code, reason } = error;
  return code === 'invalid_image' && reason !== undefined ? { kind: reason } : {};
}
