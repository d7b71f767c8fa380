import express from 'express';
import type { Express, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Embedder } from '../embedding/embedder.js';
import type { Metrics } from '../metrics.js';
import { handleError, notFound } from './errors.js';
import { operationsRoutes } from './operations.js';
import type { Lifecycle } from './operations.js';
import { requestContext, trackRequests } from './request-context.js';
import { vectorizeRoutes } from './vectorize.js';
import type { VectorizeLimits } from './vectorize.js';

export interface AppParts {
  readonly embedder: Embedder;
  readonly lifecycle: Lifecycle;
  /** What `/meta` answers. */
  readonly describe: () => object;
  readonly limits: VectorizeLimits;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Further routes, such as the search page's. */
  readonly extra?: RequestHandler;
}

/** The HTTP edge, whole, without a socket. */
export function createApp(parts: AppParts): Express {
  const { embedder, lifecycle, metrics } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(trackRequests(parts.log, metrics));
  app.use(closeWhenStopping(lifecycle));
  app.use(foldSlashes);
  app.use(operationsRoutes(lifecycle, parts.describe, metrics));
  app.use(vectorizeRoutes(embedder, () => lifecycle.phase() !== 'starting', parts.limits));
  if (parts.extra) app.use(asSearch, parts.extra);
  app.use(notFound);
  app.use(handleError);
  return app;
}

/** `//vectorize` is what Weaviate makes of an `inferenceUrl` that ends in a slash. A redirect would count as success there. */
const foldSlashes: RequestHandler = (request, _response, next) => {
  request.url = request.url.replace(/^\/{2,}/, '/');
  next();
};

const asSearch: RequestHandler = (_request, response, next) => {
  requestContext(response).route = 'search';
  next();
};

/** Kept connections would outlive the listener: each ends with its next answer. */
function closeWhenStopping(lifecycle: Lifecycle): RequestHandler {
  return (_request, response, next) => {
    if (lifecycle.phase() === 'stopping') response.setHeader('Connection', 'close');
    next();
  };
}
