import type { Request, RequestHandler } from 'express';
import { Admission } from '../../core/admission.js';
import type { Metrics } from '../metrics.js';
import { requestContext } from '../request-context.js';

export interface BodyLimits {
  readonly maxBodyBytes: number;
  /** Bodies held at once, in bytes. */
  readonly maxPendingBytes: number;
}

/**
 * Holds a body's bytes against a common limit before it is read, so that many large ones cannot fill the memory. They are
 * given back when the answer is known (`releaseBody` of the request's context), not when it has been read: a caller that
 * never reads holds its answer only.
 */
export function admitBody(
  { maxPendingBytes, maxBodyBytes }: BodyLimits,
  { bodyBytesAdmitted, bodyBytesLimit }: Pick<Metrics, 'bodyBytesAdmitted' | 'bodyBytesLimit'>,
): RequestHandler {
  const admission = new Admission(maxPendingBytes, 'bytes of request bodies', 'MAX_PENDING_BYTES');
  bodyBytesLimit.set(maxPendingBytes);
  return (request, response, next) => {
    const giveBack = admission.acquire(Math.min(announcedBytes(request), maxBodyBytes));
    bodyBytesAdmitted.set(admission.inUse);
    const release = () => {
      giveBack();
      bodyBytesAdmitted.set(admission.inUse);
    };
    requestContext(response).releaseBody = release;
    response.once('close', release);
    next();
  };
}

/** What the header lines say of the body's size; `Infinity` where only its end tells: in chunks, or compressed. */
export function announcedBytes(request: Request): number {
  const isPacked = (request.get('content-encoding') ?? 'identity') !== 'identity';
  if (isPacked || request.get('transfer-encoding') !== undefined) return Infinity;
  return Number(request.get('content-length') ?? 0);
}
