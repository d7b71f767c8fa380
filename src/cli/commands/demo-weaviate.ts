import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Config } from '../options/config.js';
import { Backoff } from '../../photos/import/backoff.js';
import { patiently } from '../../photos/import/patiently.js';
import { WeaviateStore } from '../../photos/weaviate/weaviate-store.js';
import { connectToWeaviate } from '../../photos/weaviate/connection.js';
import { announcePage } from './announce-page.js';
import { toModelFacts, toModuleFacts } from './model-facts.js';
import type { ModuleMeta } from './model-facts.js';
import { createPageGuard, createPageRoutes } from './page-routes.js';
import { notReady, startServer } from './start-server.js';
import { untilStopped } from './until-stopped.js';
import { toWeaviateAddress } from '../weaviate-address.js';

/** Weaviate itself waits for its module, which may be this process: it is given the time to start. */
const PATIENCE_MS = 60_000;

/**
 * `handspring demo --weaviate`: the service and the search page on one port, over a collection that Weaviate searches.
 * @throws Error if Weaviate does not answer within a minute, or the collection cannot be searched.
 */
export async function demoOverWeaviate(config: Config, log: Logger): Promise<number> {
  const address = toWeaviateAddress(config);
  let page: RequestHandler = notReady;
  return untilStopped(config, log, async (stop) => {
    const server = await startServer(config, log, {
      routes:
        () =>
        (...args) =>
          void page(...args),
      guard: createPageGuard(config),
      stop,
    });
    log.info({ weaviate: config.weaviate }, 'connecting to Weaviate');
    const backoff = new Backoff({
      patienceMs: PATIENCE_MS,
      onLongWait: (reason) => log.warn({ patienceMs: PATIENCE_MS }, `waiting for Weaviate: ${reason}`),
    });
    const client = await patiently(() => connectToWeaviate(address), backoff, stop);
    const store = await WeaviateStore.open(client, config.collection);
    const { modules } = await client.getMeta();
    const meta = (modules as Record<string, ModuleMeta> | undefined)?.['multi2vec-clip'];
    const model = toModuleFacts(meta, toModelFacts(server));
    const search = createPageRoutes(config, { store, model, examples: [] });
    page = search.routes;
    announcePage(server, config, log);
    return { server, closeOthers: async () => void (await Promise.all([search.close(), store.close()])) };
  });
}
