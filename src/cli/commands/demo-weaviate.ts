import type { Logger } from 'pino';
import type { Config } from '../options/config.js';
import { findFfmpeg } from '../../open/find-ffmpeg.js';
import { Backoff } from '../../photos/import/backoff.js';
import { patiently } from '../../photos/import/patiently.js';
import { MediaReaders } from '../../photos/media/media-readers.js';
import { readModuleMetas } from '../../photos/weaviate/media-module.js';
import { WeaviateStore } from '../../photos/weaviate/weaviate-store.js';
import { connectToWeaviate } from '../../photos/weaviate/connection.js';
import { announcePage } from './announce-page.js';
import { toModuleFacts } from './model-facts.js';
import { createPageRoutes } from './page-routes.js';
import { startPageServer } from './start-page-server.js';
import { untilStopped } from './until-stopped.js';
import { toWeaviateAddress } from '../weaviate-address.js';

/** Weaviate itself waits for its module: it is given the time to start. */
const PATIENCE_MS = 60_000;

/**
 * `handspring demo --weaviate`: the search page over a collection that Weaviate searches. It loads no model, as Weaviate asks its
 * own module for every vector.
 * @throws Error if Weaviate does not answer within a minute, or the collection cannot be searched.
 */
export async function demoOverWeaviate(config: Config, log: Logger): Promise<number> {
  const address = toWeaviateAddress(config);
  return untilStopped(config, log, async (stop) => {
    const server = await startPageServer(config, log);
    try {
      log.info({ weaviate: config.weaviate }, 'connecting to Weaviate');
      const backoff = new Backoff({
        patienceMs: PATIENCE_MS,
        onLongWait: (reason) => log.warn({ patienceMs: PATIENCE_MS }, `waiting for Weaviate: ${reason}`),
      });
      const client = await patiently(() => connectToWeaviate(address), backoff, stop);
      const readers = new MediaReaders({ ...config, ffmpeg: findFfmpeg(config.ffmpeg) });
      const store = await WeaviateStore.open(client, config.collection, readers.tools);
      const model = toModuleFacts(store.module, await readModuleMetas(client));
      const search = createPageRoutes(config, { store, model, examples: [] });
      server.show(search.routes);
      announcePage(server, config, log);
      const closeOthers = async () =>
        void (await Promise.all([search.close(), store.close(), readers.close()]));
      return { server, closeOthers };
    } catch (error) {
      await server.stop();
      throw error;
    }
  });
}
