import express from 'express';
import type { Express, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Embedder } from '../core/embedder.js';
import type { BodyRoom } from './body/body-room.js';
import { admitBody, openBodyRoom } from './limits/admit-body.js';
import { authenticate } from './access/authenticate.js';
import type { Tracing } from './tracing/open-tracing.js';
import { countByCaller } from './limits/count-items.js';
import type { Access } from './limits/count-items.js';
import { usageRoute } from './limits/usage.js';
import { crossOrigin } from './cross-origin.js';
import { referenceRoute } from './reference/reference-route.js';
import { welcomeRoute } from './reference/welcome-route.js';
import type { WelcomeParts } from './reference/render-welcome.js';
import { handleError, notFound } from './errors.js';
import { createOperations } from './operations.js';
import type { OperationsParts } from './operations.js';
import { requestContext, trackRequests } from './request-context.js';
import { cutSlowBodies } from './limits/slow-bodies.js';
import type { ServedModel } from './contracts/contract.js';
import { contractRoutes, refuseUntilReady } from './contracts/contract-routes.js';
import { modelsRoutes } from './contracts/openai/models.js';
import { infoRoute } from './contracts/tei/info.js';
import type { ImageAddresses } from './image-addresses/image-addresses.js';
import type { RequestLimits } from './contracts/contract-routes.js';
import { CONTRACTS } from './contracts/registry.js';

export interface AppParts extends OperationsParts {
  readonly embedder: Embedder;
  readonly model: () => ServedModel;
  readonly limits: RequestLimits;
  readonly log: Logger;
  /** Shared with whatever else takes requests in; a room of its own if absent. */
  readonly bodyRoom?: BodyRoom | undefined;
  /** Absent where everyone may call as much as there is room for. */
  readonly access?: Access | undefined;
  /** Absent where images come with their requests only. */
  readonly imageAddresses?: ImageAddresses | undefined;
  /** Absent where traces are off. */
  readonly tracing?: Pick<Tracing, 'record'> | undefined;
  /** Whose X-Forwarded-For is believed: addresses, ranges, or express's names for them. */
  readonly trustedProxies?: readonly string[];
  /** Whether `/metrics` and `/openapi.json` are answered on a port of their own, by `createOperationsApp`. */
  readonly operationsApart?: boolean;
  /** Origins whose pages may call from a browser: see `crossOrigin`; absent where none may. */
  readonly corsOrigins?: '*' | readonly string[] | undefined;
  /** Stands before all routes; absent where browsers have no page of this service to come from. */
  readonly guard?: RequestHandler | undefined;
  /** What `/` tells of the service; absent where a page of another kind stands there. */
  readonly welcome?: WelcomeParts | undefined;
  /** Further routes, such as the search page's. */
  readonly extra?: RequestHandler;
}

/** The HTTP edge, whole, without a socket. */
export function createApp(parts: AppParts): Express {
  const { lifecycle, access, contracts = CONTRACTS } = parts;
  const app = createGuardedApp(parts);
  const takeBody = bodyGuards(parts);
  // Before the others: each path that a request passes on its way is compared with its own.
  const isReady = () => lifecycle.phase() !== 'starting';
  app.use(contractRoutes({ ...parts, contracts, takeBody, isReady }));
  const knownModel = () => (isReady() ? parts.model() : undefined);
  const beforeFacts = [
    asOperations,
    refuseUntilReady(isReady),
    ...(access?.ring ? [authenticate(access.ring, 'bearer')] : []),
  ];
  app.use(
    modelsRoutes(parts.model, beforeFacts),
    infoRoute(parts, beforeFacts),
    usageRoute(access ?? {}, beforeFacts),
    ...(parts.welcome ? [welcomeRoute(parts.welcome, knownModel)] : []),
    referenceRoute(contracts, knownModel, !parts.operationsApart),
  );
  return endWithExtra(app, parts, takeBody);
}

/** What a search page needs whose vectors another process makes: neither a model nor contracts. */
export type PageAppParts = Omit<AppParts, 'embedder' | 'model' | 'contracts' | 'imageAddresses' | 'tracing'>;

/** Probes, reports and the further routes alone. */
export function createPageApp(parts: PageAppParts): Express {
  return endWithExtra(createGuardedApp(parts), parts, bodyGuards(parts));
}

type EdgeParts = Omit<AppParts, 'embedder' | 'model'> & Pick<OperationsParts, 'model'>;

/** With what stands before all routes. */
function createGuardedApp(parts: EdgeParts): Express {
  const { access, trustedProxies = [], corsOrigins = [] } = parts;
  const app = createPlainApp(parts);
  if (trustedProxies.length > 0) app.set('trust proxy', trustedProxies);
  if (corsOrigins.length > 0) app.use(crossOrigin(corsOrigins));
  if (parts.guard) app.use(parts.guard);
  if (access) app.use(countByCaller(access, parts.metrics));
  return app;
}

function bodyGuards({
  limits,
  metrics,
  bodyRoom = openBodyRoom(limits, metrics),
}: Pick<AppParts, 'limits' | 'metrics' | 'bodyRoom'>): RequestHandler[] {
  return [admitBody(limits, bodyRoom), cutSlowBodies(limits, metrics)];
}

function endWithExtra(app: Express, parts: EdgeParts, takeBody: readonly RequestHandler[]): Express {
  const { access, extra } = parts;
  const operations = createOperations(parts);
  app.use(operations.probes);
  if (!parts.operationsApart) app.use(operations.reports);
  if (extra)
    app.use(asSearch, ...(access?.ring ? [authenticate(access.ring, 'basic')] : []), ...takeBody, extra);
  return endWithErrors(app, parts);
}

/** Probes, `/meta`, `/metrics` and `/openapi.json` alone, for a port that only operators reach. Never asks for a token. */
export function createOperationsApp(parts: OperationsParts & { readonly log: Logger }): Express {
  const { probes, reports } = createOperations(parts);
  return endWithErrors(createPlainApp(parts).use(probes, reports), parts);
}

function createPlainApp({
  log,
  metrics,
  lifecycle,
}: Pick<AppParts, 'log' | 'metrics' | 'lifecycle'>): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(trackRequests(log, metrics));
  app.use(closeWhenStopping(lifecycle));
  app.use(foldSlashes);
  return app;
}

function endWithErrors(app: Express, { metrics }: Pick<AppParts, 'metrics'>): Express {
  app.use(notFound);
  app.use(handleError(metrics));
  return app;
}

/** `//vectorize` is what Weaviate makes of an `inferenceUrl` that ends in a slash. A redirect would count as success there. */
const foldSlashes: RequestHandler = (request, _response, next) => {
  request.url = request.url.replace(/^\/{2,}/, '/');
  next();
};

const asOperations: RequestHandler = (_request, response, next) => {
  requestContext(response).route = 'operations';
  next();
};

const asSearch: RequestHandler = (_request, response, next) => {
  requestContext(response).route = 'search';
  next();
};

/** Kept connections would outlive the listener: each ends with its next answer. */
function closeWhenStopping(lifecycle: AppParts['lifecycle']): RequestHandler {
  return (_request, response, next) => {
    if (lifecycle.phase() === 'stopping') response.setHeader('Connection', 'close');
    next();
  };
}
