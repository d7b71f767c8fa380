import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { ConfigError } from '../options/config.js';
import type { Config } from '../options/config.js';
import { findFfmpeg } from '../../open/find-ffmpeg.js';
import { createIndexReport } from './index-report.js';
import { meaningOf } from '../../core/system-error.js';
import { kindsOf, namesOf } from '../../photos/media/kinds.js';
import { MediaReaders } from '../../photos/media/media-readers.js';
import { MemoryStore } from '../../photos/index/memory-store.js';
import { announcePage } from './announce-page.js';
import { openDemoCache } from './demo-cache.js';
import { demoModalities } from './demo-kinds.js';
import { copySamples, SAMPLE_QUERIES } from './demo-samples.js';
import { toModelFacts } from './model-facts.js';
import { createPassedReport } from './passed-report.js';
import { createPageGuard, createPageRoutes } from './page-routes.js';
import { notReady, startServer } from './start-server.js';
import { untilStopped } from './until-stopped.js';

/**
 * `handspring demo`: the service and the search page on one port, over the photos, sounds and videos of a folder, over the samples, or over a
 * Weaviate collection.
 * @throws ConfigError if the folder is not there.
 */
export async function demo(folder: string | undefined, config: Config, log: Logger): Promise<number> {
  if (config.weaviate !== '') {
    // Its client takes longer to load than all the rest.
    const { demoOverWeaviate } = await import('./demo-weaviate.js');
    return demoOverWeaviate(config, log);
  }
  if (folder !== undefined) return demoOverFolder(await requireFolder(folder), [], config, log);
  const samples = await copySamples();
  try {
    return await demoOverFolder(samples.folder, SAMPLE_QUERIES, config, log);
  } finally {
    await samples.remove();
  }
}

async function demoOverFolder(
  folder: string,
  examples: readonly string[],
  given: Config,
  log: Logger,
): Promise<number> {
  const ffmpeg = findFfmpeg(given.ffmpeg);
  const config = { ...given, modalities: await demoModalities(given, ffmpeg !== undefined) };
  return untilStopped(config, log, async (stop) => {
    let page: RequestHandler = notReady;
    const routes =
      (): RequestHandler =>
      (...args) =>
        void page(...args);
    const server = await startServer(config, log, { routes, guard: createPageGuard(config), stop });
    const demoCache = await openDemoCache(server.model, config, log);
    const kinds = kindsOf(config.modalities);
    const readers = new MediaReaders({ ...config, ffmpeg });
    const store = new MemoryStore({
      folder,
      embedder: server.engine.embedder,
      ...demoCache,
      exclude: config.exclude,
      kinds,
      tools: readers.tools,
      hasFfmpeg: ffmpeg !== undefined,
      maxImageBytes: config.maxImageBytes,
      log,
      onListed: createPassedReport(log, config.showPassed),
      onProgress: createIndexReport({ names: namesOf(kinds), log }),
    });
    const search = createPageRoutes(config, { store, model: toModelFacts(server), examples });
    page = search.routes;
    announcePage(server, config, log);
    store.start().catch((error: unknown) => log.error({ err: error }, 'the photo folder cannot be read'));
    const closeOthers = async () => {
      await search.close();
      await store.close();
      await readers.close();
      await demoCache?.cache.close();
    };
    return { server, closeOthers };
  });
}

/** @throws ConfigError if there is no folder of that name. */
async function requireFolder(given: string): Promise<string> {
  const there = await stat(given).catch((error: NodeJS.ErrnoException) => error);
  if (given !== '' && !(there instanceof Error) && there.isDirectory()) return path.resolve(given);
  throw new ConfigError([
    `${given || 'demo'}: expected a folder of photos, received ${whatIs(given, there)}`,
  ]);
}

function whatIs(given: string, there: Stats | NodeJS.ErrnoException): string {
  if (given === '') return 'an empty name';
  if (!(there instanceof Error)) return 'a file';
  return there.code === 'ENOENT' ? 'a name that is not there' : meaningOf(there);
}
