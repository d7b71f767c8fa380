import cors from 'cors';
import type { RequestHandler } from 'express';
import { requestContext } from './request-context.js';

/** What pages of other origins may read of an answer beside its body and what browsers let all read. */
const EXPOSED = [
  'Handspring-Truncated-Texts',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Server-Timing',
  'X-RateLimit-Limit-Requests',
  'X-RateLimit-Limit-Tokens',
  'X-RateLimit-Remaining-Requests',
  'X-RateLimit-Remaining-Tokens',
  'X-RateLimit-Reset-Requests',
  'X-RateLimit-Reset-Tokens',
  'X-Request-Id',
];

/** How long a browser need not ask again, in seconds. Chromium keeps it two hours at most. */
const MAX_AGE_SECONDS = 7200;

/**
 * Lets pages of other origins call (CORS): answers a browser's question before a request (preflight), and says on each answer who
 * may read it. Tokens come in a header that the page's own code sets, so no cookies or passwords of the browser are let through.
 * @param origins Such as `https://example.org`; `*` for all.
 */
export function crossOrigin(origins: '*' | readonly string[]): RequestHandler {
  const answer = cors({
    origin: origins === '*' ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST'],
    exposedHeaders: EXPOSED,
    maxAge: MAX_AGE_SECONDS,
  });
  return (request, response, next) => {
    if (request.method === 'OPTIONS') requestContext(response).route = 'operations';
    answer(request, response, next);
  };
}
