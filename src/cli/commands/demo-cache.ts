import type { Logger } from 'pino';
import type { ModelFolder } from '../../models/folder/folder.js';
import { openPhotoCache } from '../../photos/index/photo-cache.js';
import type { ContentCache, PhotoCache } from '../../photos/index/photo-cache.js';
import type { Config } from '../options/config.js';
import { nameVectorSpace } from './vector-space.js';

/** What a demo remembers from one start to the next. */
export interface DemoCache {
  readonly cache: PhotoCache;
  /** What the model that is loaded made of contents. */
  readonly known: ContentCache;
}

type CacheConfig = Pick<Config, 'cacheDir' | 'forget' | 'precision' | 'normalize' | 'autoOrient'>;

/** Opens what earlier starts remember, empty if it is to be forgotten; without one, a warning says what that costs. */
export async function openDemoCache(
  model: ModelFolder,
  config: CacheConfig,
  log: Logger,
): Promise<DemoCache | undefined> {
  const warn = (err: unknown) =>
    log.warn({ err }, 'photos are not remembered in CACHE_DIR: the next start reads them again');
  try {
    const cache = await openPhotoCache(config.cacheDir, warn);
    if (config.forget) cache.clear();
    const known = cache.contents(await nameVectorSpace(model, config, cache));
    void cache.thin();
    return { cache, known };
  } catch (error) {
    warn(error);
    return undefined;
  }
}
