import type { RequestHandler } from 'express';
import type { Config } from '../options/config.js';
import { imageLimits, maxPendingPixels } from '../../open/memory-limits.js';
import { findFfmpeg } from '../../open/find-ffmpeg.js';
import { Thumbnails } from '../../photos/index/thumbnails.js';
import { requireOwnPage } from '../../serve/search/same-site.js';
import { createSearchRoutes } from '../../serve/search/search-routes.js';
import type { SearchRoutesOptions } from '../../serve/search/search-routes.js';

export interface PageRoutes {
  readonly routes: RequestHandler;
  readonly close: () => Promise<void>;
}

/** The search page's routes with what the options say of them. */
export function createPageRoutes(
  config: Config,
  parts: Pick<SearchRoutesOptions, 'store' | 'model' | 'examples'>,
): PageRoutes {
  const ffmpeg = findFfmpeg(config.ffmpeg);
  const thumbnails = new Thumbnails({
    limits: imageLimits(config),
    videos: ffmpeg && { ffmpeg, maxSeconds: config.maxVideoSeconds },
    maxPendingPixels: maxPendingPixels(config),
  });
  const routes = createSearchRoutes({
    ...parts,
    thumbnails,
    allowAdding: config.adding === 'auto' ? isLoopback(config.host) : config.adding === 'on',
    allowedHosts: toPageHosts(config),
    maxImageBytes: config.maxImageBytes,
  });
  return { routes, close: () => thumbnails.close() };
}

/** What stands before all routes of a service that has a page. */
export function createPageGuard(config: Config): RequestHandler {
  return requireOwnPage(toPageHosts(config));
}

function toPageHosts({ host }: Config): readonly string[] {
  return [host];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
