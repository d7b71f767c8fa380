import type { Request, RequestHandler, Response } from 'express';
import { HandspringError } from '../../core/errors.js';
import type { Metrics } from '../metrics.js';
import { SMALL_BYTES } from '../body/body-room.js';
import { announcedBytes } from './admit-body.js';
import { answerFailure } from '../errors.js';

const LOOK_EVERY_MS = 5000;

export interface SlowBodyLimits {
  /** Longest time from the header lines to the end of the body. */
  readonly bodyTimeoutMs: number;
  /** Least bytes a second of a large body, over each time it is looked at; 0 is no limit. */
  readonly minBodyRate: number;
  readonly lookEveryMs?: number;
}

/**
 * Cuts off a body that does not arrive, or hardly: what has come of it is held against MAX_PENDING_BYTES meanwhile. Small ones
 * have time only, as they hold little, and room of their own.
 */
export function cutSlowBodies(
  { bodyTimeoutMs, minBodyRate, lookEveryMs = LOOK_EVERY_MS }: SlowBodyLimits,
  metrics: Pick<Metrics, 'connectionsRefused' | 'limitRefusals'>,
): RequestHandler {
  const everyMs = Math.min(lookEveryMs, bodyTimeoutMs / 2);
  return (request, response, next) => {
    const announced = announcedBytes(request);
    if (announced === 0) return next();
    const deadline = performance.now() + bodyTimeoutMs;
    const leastBytes = announced <= SMALL_BYTES ? 0 : (minBodyRate * everyMs) / 1000;
    let before = request.socket.bytesRead;
    const watch = setInterval(() => {
      if (request.complete) return clearInterval(watch); // all has come, and waits to be decompressed
      const read = request.socket.bytesRead;
      const isLate = performance.now() >= deadline;
      const waitsForUs = request.readableLength > 0;
      if (!isLate && (waitsForUs || read - before >= leastBytes)) return void (before = read);
      clearInterval(watch);
      metrics.connectionsRefused.inc({ reason: isLate ? 'timeout' : 'slow_body' });
      metrics.limitRefusals.inc({ option: isLate ? 'BODY_TIMEOUT' : 'MIN_BODY_RATE' });
      const expected = isLate
        ? `all of it within BODY_TIMEOUT=${bodyTimeoutMs} ms`
        : `at least MIN_BODY_RATE=${minBodyRate} bytes a second`;
      cutOff(request, response, `body: expected ${expected}, received it slower`);
    }, everyMs).unref();
    // Of a connection that goes, the response tells nothing if it waits behind another one.
    request.once('close', () => clearInterval(watch));
    next();
  };
}

function cutOff(request: Request, response: Response, error: string): void {
  if (response.headersSent) return void request.destroy(); // answered already, and the rest hardly comes
  response.setHeader('Connection', 'close');
  response.once('finish', () => request.destroy());
  answerFailure(response, new HandspringError('request_timeout', error));
}
