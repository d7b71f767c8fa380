import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../options/config.js';
import { createIndexReport } from '../../photos/index/index-report.js';
import { MemoryStore } from '../../photos/index/memory-store.js';
import { copySamples, SAMPLE_QUERIES } from './demo-samples.js';
import { demoOverWeaviate } from './demo-weaviate.js';
import { toModelFacts } from './model-facts.js';
import { createPageRoutes } from './page-routes.js';
import { startServer } from './start-server.js';
import type { StartedModel } from './start-server.js';
import { untilStopped } from './until-stopped.js';

/**
 * `handspring demo`: the service and the search page on one port, over the photos of a folder, over the samples, or over a
 * Weaviate collection.
 * @throws Error if the folder cannot be made or read.
 */
export async function demo(folder: string | undefined, config: Config, log: Logger): Promise<number> {
  if (config.weaviate !== '') return demoOverWeaviate(config, log);
  if (folder !== undefined) return demoOverFolder(path.resolve(folder), [], config, log);
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
  config: Config,
  log: Logger,
): Promise<number> {
  await mkdir(folder, { recursive: true });
  return untilStopped(config, log, async (stop) => {
    let store: MemoryStore | undefined;
    const server = await startServer(config, log, {
      routes: (started) => {
        store = createStore(folder, started, config, log);
        return createPageRoutes(config, { store, model: toModelFacts(started), examples });
      },
      stop,
    });
    log.info(`search page: ${server.url}`);
    store?.start().catch((error: unknown) => log.error({ err: error }, 'the photo folder cannot be read'));
    return { server, closeOthers: async () => store?.close() };
  });
}

function createStore(folder: string, { engine }: StartedModel, config: Config, log: Logger): MemoryStore {
  return new MemoryStore({
    folder,
    embedder: engine.embedder,
    maxImageBytes: config.maxImageBytes,
    log,
    onProgress: createIndexReport({ log }),
  });
}
