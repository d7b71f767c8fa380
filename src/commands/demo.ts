import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { createSearchRoutes } from '../http/search-routes.js';
import { createIndexReport } from '../search/index-report.js';
import { MemoryStore } from '../search/memory-store.js';
import { ROOT } from '../version.js';
import { demoOverWeaviate } from './demo-weaviate.js';
import { toModelFacts } from './model-facts.js';
import { startServer, untilStopped } from './serve.js';
import type { StartedModel } from './serve.js';

const SAMPLES = fileURLToPath(new URL('samples/', ROOT));

/** Searches that the sample photos answer well with the starter model. */
const SAMPLE_QUERIES = [
  'a cup of coffee',
  'a cat',
  'sheep in a pasture',
  'snowy mountains',
  'boats on a river',
  'a rocket',
];

/**
 * `handspring demo`: the service and the search page on one port, over the photos of a folder, over the samples, or over a
 * Weaviate collection.
 * @throws Error if the folder cannot be made or read.
 */
export async function demo(folder: string | undefined, config: Config, log: Logger): Promise<number> {
  if (config.weaviate !== '') return demoOverWeaviate(config, log);
  const photos = path.resolve(folder ?? SAMPLES);
  if (folder !== undefined) await mkdir(photos, { recursive: true });
  let store: MemoryStore | undefined;
  const running = await startServer(config, log, {
    routes: (started) => {
      store = createStore(photos, started, config, log);
      return createSearchRoutes({
        store,
        model: toModelFacts(started),
        allowAdding: true,
        allowedHosts: [config.host],
        maxImageBytes: config.maxImageBytes,
        examples: folder === undefined ? SAMPLE_QUERIES : [],
      });
    },
  });
  log.info(`search page: ${running.url}`);
  await store?.start();
  const code = await untilStopped(running, config, log);
  await store?.close();
  return code;
}

function createStore(folder: string, { service }: StartedModel, config: Config, log: Logger): MemoryStore {
  return new MemoryStore({
    folder,
    embedder: service.embedder,
    maxImageBytes: config.maxImageBytes,
    log,
    onProgress: createIndexReport({ log }),
  });
}
