import express from 'express';
import type { RequestHandler, Router } from 'express';
import { HandspringError } from '../errors.js';
import type { Metrics } from '../metrics.js';
import { onlyMethods } from './errors.js';
import { requestContext } from './request-context.js';

/** How far the service is; held by the command that runs it. */
export interface Lifecycle {
  /** `starting` until the towers are warm, `ready`, and `stopping` from the first signal on. */
  phase(): 'starting' | 'ready' | 'stopping';
}

/** Probes, `/meta` and `/metrics`: all answered from memory, however busy the towers are. */
export function operationsRoutes(lifecycle: Lifecycle, describe: () => object, metrics: Metrics): Router {
  const router = express.Router();
  const get = (path: string, handler: RequestHandler) => {
    router.get(path, (request, response, next) => {
      requestContext(response).route = 'operations';
      return handler(request, response, next);
    });
    router.all(path, onlyMethods('GET', 'HEAD'));
  };
  get('/.well-known/live', (_request, response) => {
    if (lifecycle.phase() === 'starting') throw notReady('the model is being loaded');
    response.status(204).end();
  });
  get('/.well-known/ready', (_request, response) => {
    if (lifecycle.phase() === 'starting') throw notReady('the model is being loaded');
    if (lifecycle.phase() === 'stopping') throw notReady('the service is shutting down');
    response.status(204).end();
  });
  get('/meta', (_request, response) => {
    response.json(describe());
  });
  get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return router;
}

function notReady(why: string): HandspringError {
  return new HandspringError('not_ready', why, { retryAfterSeconds: 1 });
}
