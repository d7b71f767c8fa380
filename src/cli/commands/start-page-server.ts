import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { HandspringError } from '../../core/errors.js';
import { VERSION } from '../../core/version.js';
import { createOperationsApp, createPageApp } from '../../serve/app.js';
import { createMetrics } from '../../serve/metrics.js';
import type { Lifecycle } from '../../serve/operations.js';
import type { Config } from '../options/config.js';
import { openListeners, toUrl } from './listeners.js';
import { openTls } from './open-tls.js';
import { openAccess } from './open-access.js';
import { createPageGuard } from './page-routes.js';

/** A port with the search page alone, whose vectors are made elsewhere: it loads no model. */
export interface PageServer {
  readonly url: string;
  readonly port: number;
  /** Answers with these from now on, and is ready. */
  show(routes: RequestHandler): void;
  stop(): Promise<void>;
}

const WAITS = 'waiting for Weaviate';

const notReady: RequestHandler = () => {
  throw new HandspringError('not_ready', `${WAITS}; try again`, { retryAfterSeconds: 1 });
};

/**
 * Listens, and answers 503 until there is something to show.
 * @throws Error if the address is taken, or the keys file cannot be used.
 */
export async function startPageServer(config: Config, log: Logger): Promise<PageServer> {
  const metrics = createMetrics();
  const access = await openAccess(config, metrics, log);
  const tls = await openTls(config, log);
  let phase: ReturnType<Lifecycle['phase']> = 'starting';
  let shown = notReady;
  const parts = {
    ...{ log, metrics, access: access?.access, guard: createPageGuard(config), limits: config },
    lifecycle: { phase: () => phase, starts: WAITS },
    describe: () => ({ handspring: { version: VERSION, model: null, modalities: [], contracts: [] } }),
    trustedProxies: config.trustedProxies,
    operationsApart: config.opsPort !== 'off',
    extra: ((...args) => shown(...args)) satisfies RequestHandler,
  };
  const listeners = await openListeners(createPageApp(parts), createOperationsApp(parts), config, metrics, {
    tls,
  });
  const url = toUrl(config.host, listeners.port, tls);
  log.info({ url }, 'listening; answers 503 until Weaviate is there');
  return {
    url,
    port: listeners.port,
    show: (routes) => {
      shown = routes;
      phase = 'ready';
    },
    stop: async () => {
      phase = 'stopping';
      await listeners.close();
      access?.close();
    },
  };
}
