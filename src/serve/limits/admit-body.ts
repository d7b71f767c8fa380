import type { Request, RequestHandler } from 'express';
import { callerId } from '../access/caller-id.js';
import { BodyRoom } from '../body/body-room.js';
import type { Metrics } from '../metrics.js';
import { requestContext } from '../request-context.js';

export interface BodyLimits {
  readonly maxBodyBytes: number;
  /** Bodies held at once, in bytes. */
  readonly maxPendingBytes: number;
}

/** The room that MAX_PENDING_BYTES gives, for all ways in together. */
export function openBodyRoom(
  { maxPendingBytes }: Pick<BodyLimits, 'maxPendingBytes'>,
  { bodyBytesAdmitted, bodyBytesLimit }: Pick<Metrics, 'bodyBytesAdmitted' | 'bodyBytesLimit'>,
): BodyRoom {
  bodyBytesLimit.set(maxPendingBytes);
  return new BodyRoom(maxPendingBytes, (held) => bodyBytesAdmitted.set(held));
}

/**
 * Holds a body's bytes against a common limit as they arrive, so that many large ones cannot fill the memory. They are
 * given back when the answer is known (`releaseBody` of the request's context), not when it has been read: a caller that
 * never reads holds its answer only.
 */
export function admitBody(
  { maxBodyBytes }: Pick<BodyLimits, 'maxBodyBytes'>,
  room: BodyRoom,
): RequestHandler {
  return (request, response, next) => {
    const announced = announcedBytes(request);
    if (announced === 0) return next();
    const context = requestContext(response);
    context.holdMore = () => room.enter(callerId(request, context.key), 0);
    const known = announced === Infinity ? 0 : Math.min(announced, maxBodyBytes);
    const body = room.enter(callerId(request, context.key), known);
    context.heldBody = body;
    context.releaseBody = () => body.release();
    response.once('close', () => body.release());
    next();
  };
}

/** What the header lines say of the body's size; `Infinity` where only its end tells: in chunks, or compressed. */
export function announcedBytes(request: Request): number {
  const isPacked = (request.get('content-encoding') ?? 'identity') !== 'identity';
  if (isPacked || request.get('transfer-encoding') !== undefined) return Infinity;
  return Number(request.get('content-length') ?? 0);
}
