import express from 'express';
import type { RequestHandler, Router } from 'express';
import { HandspringError } from '../core/errors.js';
import type { Metrics } from './metrics.js';
import { onlyMethods } from './errors.js';
import type { Contract, ServedModel } from './contracts/contract.js';
import { CONTRACTS } from './contracts/registry.js';
import { openApiDocument } from './openapi/document.js';
import { requestContext } from './request-context.js';

/** How far the service is; held by the command that runs it. */
export interface Lifecycle {
  /** `starting` until the towers are warm, `ready`, and `stopping` from the first signal on. */
  phase(): 'starting' | 'ready' | 'stopping';
  /** What it does while it is starting; by default, that the model is being loaded. */
  readonly starts?: string;
}

export interface OperationsParts {
  readonly lifecycle: Lifecycle;
  /** What `/meta` answers. */
  readonly describe: () => object;
  /** Not asked before it is loaded; absent where none is served, and there is nothing for `/openapi.json` to tell. */
  readonly model?: () => ServedModel;
  readonly metrics: Metrics;
  /** What `/openapi.json` tells of; those of the registry unless others are given. */
  readonly contracts?: readonly Contract[];
}

/**
 * Probes and `/meta`, which Weaviate needs, and reports for operators: all answered from memory, however busy the towers
 * are, and never with a token.
 */
export function createOperations(parts: OperationsParts): {
  readonly probes: Router;
  readonly reports: Router;
} {
  return { probes: createProbes(parts), reports: createReports(parts) };
}

function createProbes({ lifecycle, describe }: OperationsParts): Router {
  const { starts = 'the model is being loaded' } = lifecycle;
  const router = express.Router();
  const get = getOf(router);
  get('/.well-known/live', (_request, response) => {
    response.status(204).end();
  });
  get('/.well-known/ready', (_request, response) => {
    if (lifecycle.phase() === 'starting') throw notReady(starts);
    if (lifecycle.phase() === 'stopping') throw notReady('the service is shutting down');
    response.status(204).end();
  });
  get('/health', (_request, response) => {
    if (lifecycle.phase() !== 'ready') throw notReady(`${starts}, or the service is shutting down`);
    response.status(200).end();
  });
  get('/meta', (_request, response) => {
    response.json(describe());
  });
  return router;
}

function createReports({ metrics, lifecycle, model, contracts = CONTRACTS }: OperationsParts): Router {
  const router = express.Router();
  const get = getOf(router);
  if (model) {
    get('/openapi.json', (_request, response) => {
      const isKnown = lifecycle.phase() !== 'starting';
      response.json(openApiDocument(contracts, isKnown ? model() : undefined));
    });
  }
  get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return router;
}

function getOf(router: Router) {
  return (path: string, handler: RequestHandler) => {
    router.get(path, (request, response, next) => {
      requestContext(response).route = 'operations';
      return handler(request, response, next);
    });
    router.all(path, onlyMethods('GET', 'HEAD'));
  };
}

function notReady(why: string): HandspringError {
  return new HandspringError('not_ready', why, { retryAfterSeconds: 1 });
}
