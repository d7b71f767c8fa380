import { HandspringError } from '../../core/errors.js';
import { refusesContent } from '../media/kinds.js';
import type { RefusedFile } from './store.js';

/** Why a file was refused, in one word; nothing where that is not what the error is about. */
export function toRefusalKind(error: unknown): Pick<RefusedFile, 'kind'> {
  if (!(error instanceof HandspringError)) return {};
  if (error.code === 'payload_too_large') return { kind: 'too_large' };
  return refusesContent(error) && error.reason !== undefined ? { kind: error.reason } : {};
}
