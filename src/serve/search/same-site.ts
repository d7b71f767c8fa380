import type { RequestHandler } from 'express';
import { isIP } from 'node:net';
import { HandspringError } from '../../core/errors.js';

/**
 * Lets a request through only if its `Host` is an IP address, `localhost`, or one of `allowedHosts` (names without a port).
 * A page elsewhere whose name has been pointed at this machine (DNS rebinding) carries its own name there.
 */
export function requireKnownHost(allowedHosts: readonly string[]): RequestHandler {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  return (req, _res, next) => {
    const name = toHostName(req.headers.host ?? '');
    if (name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0 || allowed.has(name))
      return next();
    throw new HandspringError(
      'invalid_request',
      'Host: expected localhost, an IP address or an allowed name, received another name',
    );
  };
}

/** Lets a request through only if no page of another site sent it. Programs that are no browsers send neither header. */
export const requireSameOrigin: RequestHandler = (req, _res, next) => {
  const site = req.headers['sec-fetch-site'];
  const { origin, host } = req.headers;
  const same = site === undefined ? origin === undefined || toHost(origin) === host : site === 'same-origin';
  if (same) return next();
  throw new HandspringError(
    'invalid_request',
    'Origin: expected a request from this page, received one from another site',
  );
};

/**
 * Lets a browser's request through only if it comes from this page, under a name that the page is known by; programs pass.
 * For what programs call beside the page: a page elsewhere could otherwise have a visitor's browser do the work.
 */
export function requireOwnPage(allowedHosts: readonly string[]): RequestHandler {
  const requireHost = requireKnownHost(allowedHosts);
  return (req, res, next) => {
    const { origin, 'sec-fetch-site': site } = req.headers;
    if (origin === undefined && site === undefined) return next();
    // An address that is typed in, or a bookmark.
    if (site === 'none') return requireHost(req, res, next);
    requireSameOrigin(req, res, (error?: unknown) => {
      if (error === undefined) requireHost(req, res, next);
      else next(error);
    });
  };
}

/** The name or address in a `Host`, without its port; empty if it is neither. */
function toHostName(host: string): string {
  const [, address, name] = /^(?:\[([\da-f:.]+)\]|([^[\]:]+))(?::\d*)?$/i.exec(host) ?? [];
  return (address ?? name ?? '').toLowerCase();
}

function toHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
