import type { RequestHandler } from 'express';
import path from 'node:path';
import { static as serveStatic } from 'express';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';

const PAGE_FOLDER = fileURLToPath(new URL('../../page/', import.meta.url));

/** Only what the page itself needs: own scripts and styles, own images and sounds and those just dropped (`blob:`). */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The search page's files at `/`: the HTML, its style and its compiled scripts. */
export function createSearchPage(folder = PAGE_FOLDER): RequestHandler {
  return serveStatic(folder, { cacheControl: false, setHeaders: setPageHeaders });
}

/** Tells a person in a browser that there is no such page; programs get their JSON. */
export function createNotFoundPage(folder = PAGE_FOLDER): RequestHandler {
  return (req, res, next) => {
    if (req.method !== 'GET' || req.accepts(['json', 'html']) !== 'html') return next();
    setPageHeaders(res);
    res.status(404).sendFile(path.join(folder, 'not-found.html'), { cacheControl: false });
  };
}

function setPageHeaders(res: ServerResponse): void {
  const headers = {
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-cache',
  };
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
}
