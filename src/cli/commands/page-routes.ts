import type { RequestHandler } from 'express';
import type { Config } from '../options/config.js';
import { createSearchRoutes } from '../../serve/search/search-routes.js';
import type { SearchRoutesOptions } from '../../serve/search/search-routes.js';

/** The search page's routes with what the options say of them. */
export function createPageRoutes(
  config: Config,
  parts: Pick<SearchRoutesOptions, 'store' | 'model' | 'examples'>,
): RequestHandler {
  return createSearchRoutes({
    ...parts,
    allowAdding: config.adding === 'auto' ? isLoopback(config.host) : config.adding === 'on',
    allowedHosts: [config.host],
    maxImageBytes: config.maxImageBytes,
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
