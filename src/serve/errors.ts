import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { HandspringError } from '../core/errors.js';
import type { ErrorCode } from '../core/errors.js';
import type { Metrics } from './metrics.js';
import { requestContext } from './request-context.js';

/** The HTTP status of every error code; a new code does not compile until it has one. */
export const STATUS = {
  invalid_request: 400,
  image_urls_off: 400,
  token_ids_not_supported: 400,
  unauthorized: 401,
  not_found: 404,
  model_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  payload_too_large: 413,
  invalid_image: 422,
  text_too_long: 422,
  invalid_media: 422,
  overloaded: 429,
  rate_limited: 429,
  encoder_failed: 500,
  internal: 500,
  model_unavailable: 503,
  not_ready: 503,
  deadline: 504,
} satisfies Record<ErrorCode, number>;

export const notFound: RequestHandler = (request, response) => {
  requestContext(response).route = 'other';
  throw new HandspringError(
    'not_found',
    `no route ${request.method} ${request.path.slice(0, 100)}; see docs/api.md`,
  );
};

/** For a known path with another method; express has set no `Allow`, so the route says it. */
export function onlyMethods(...methods: readonly string[]): RequestHandler {
  return (request, response) => {
    response.setHeader('Allow', methods.join(', '));
    throw new HandspringError(
      'method_not_allowed',
      `${request.path.slice(0, 100)}: expected ${methods.join(' or ')}, received ${request.method}`,
    );
  };
}

/**
 * Every failure leaves through here, in the form of its path or contract (clients parse the body before they read the status).
 * What is not a HandspringError is a bug: the caller learns the request id, the log the rest.
 */
export function handleError({ limitRefusals }: Pick<Metrics, 'limitRefusals'>): ErrorRequestHandler {
  return (thrown, _request, response, _next) => {
    // The answer is out already, such as to a body that was cut off: express's own handler would write to the log's stream.
    if (response.writableEnded) return;
    if (response.headersSent) return void response.destroy();
    const context = requestContext(response);
    const error = toHandspringError(thrown, context.id);
    context.error = thrown;
    if (error.limit !== undefined) limitRefusals.inc({ option: error.limit });
    answerFailure(response, error);
  };
}

/** Answers with a failure in the request's form, and gives back the room that its body held. */
export function answerFailure(response: Response, error: HandspringError): void {
  const context = requestContext(response);
  context.releaseBody();
  context.outcome = error.code;
  if (error.retryAfterSeconds !== undefined)
    response.setHeader('Retry-After', String(error.retryAfterSeconds));
  const { failureForm } = context;
  const status = STATUS[error.code];
  response.set({ ...failureForm.headers?.(error) });
  response.status(status).json(failureForm.render(error, status));
}

/** What the caller is told of whatever was thrown. */
export function toHandspringError(thrown: unknown, requestId: string): HandspringError {
  if (thrown instanceof HandspringError) return thrown;
  // Of express's own parts, whose messages quote the request.
  const { status } = thrown as { status?: unknown };
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new HandspringError('invalid_request', 'the request could not be read', { cause: thrown });
  return new HandspringError('internal', `internal error; the log has it under request ${requestId}`, {
    cause: thrown,
  });
}
