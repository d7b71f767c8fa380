import express from 'express';
import type { RequestHandler, Router } from 'express';
import { HandspringError } from '../../core/errors.js';
import type { EmbedOptions, EmbedRequest, EmbedResult, Embedder } from '../../core/embedder.js';
import type { Tracing } from '../tracing/open-tracing.js';
import type { BodyLimits } from '../limits/admit-body.js';
import { authenticate } from '../access/authenticate.js';
import type { Access } from '../limits/count-items.js';
import { readJsonBody } from '../body/json-body.js';
import { onlyMethods } from '../errors.js';
import { requestContext } from '../request-context.js';
import type { Carried } from '../request-context.js';
import type { SlowBodyLimits } from '../limits/slow-bodies.js';
import { parseVectorizeRequest } from './vectorize-request.js';
import { vectorsToJson } from './vectors-json.js';

export interface VectorizeLimits extends BodyLimits, SlowBodyLimits {
  readonly maxItems: number;
}

export interface VectorizeParts {
  readonly embedder: Embedder;
  readonly isReady: () => boolean;
  readonly limits: VectorizeLimits;
  /** What each body passes before it is read. */
  readonly takeBody: readonly RequestHandler[];
  /** Absent where everyone may call as much as there is room for. */
  readonly access?: Access | undefined;
  /** Absent where traces are off. */
  readonly tracing?: Pick<Tracing, 'record'> | undefined;
}

/** `POST /vectorize`: Weaviate's contract. */
export function vectorizeRoutes({
  embedder,
  isReady,
  limits,
  takeBody,
  access,
  tracing,
}: VectorizeParts): Router {
  const router = express.Router();
  router.post(
    '/vectorize',
    refuseUntilReady(isReady),
    ...(tracing ? [traceRequest(tracing)] : []),
    ...(access?.ring ? [authenticate(access.ring, 'bearer')] : []),
    ...takeBody,
    ...readJsonBody(limits),
    async (request, response) => {
      const context = requestContext(response);
      context.bodyAtMs = Date.now();
      const items = parseVectorizeRequest(request.body, limits.maxItems);
      request.body = undefined; // the base64 strings are the largest thing this request holds, and they are done with
      context.carried = carried(items);
      context.facts = { texts: items.texts.length, images: items.images.length };
      const onFailure: EmbedOptions['onFailure'] = (times) => (context.timings = times);
      const result = await context.countItems(items.texts.length + items.images.length, () =>
        embedder.embed(items, { signal: context.signal, onFailure }),
      );
      context.releaseBody();
      context.timings = result.timings;
      response.setHeader('Server-Timing', serverTiming(result));
      if (result.truncatedTexts.length > 0) {
        response.setHeader('Handspring-Truncated-Texts', result.truncatedTexts.join(','));
      }
      const json = vectorsToJson(result);
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.setHeader('Content-Length', json.length);
      response.end(json, 'latin1');
    },
  );
  router.all('/vectorize', onlyMethods('POST'));
  return router;
}

function refuseUntilReady(isReady: () => boolean): RequestHandler {
  return (_request, response, next) => {
    requestContext(response).route = 'vectorize';
    if (!isReady())
      throw new HandspringError('not_ready', 'the model is being loaded; try again', {
        retryAfterSeconds: 1,
      });
    next();
  };
}

function traceRequest(tracing: Pick<Tracing, 'record'>): RequestHandler {
  return (request, response, next) => {
    const startMs = Date.now();
    const context = requestContext(response);
    response.once('close', () => {
      const { facts, outcome, timings, bodyAtMs } = context;
      const { texts = 0, images = 0 } = facts;
      tracing.record({
        headers: request.headers,
        startMs,
        bodyAtMs,
        endMs: Date.now(),
        texts,
        images,
        outcome,
        timings,
      });
    });
    next();
  };
}

function carried({ texts, images }: EmbedRequest): Carried {
  if (texts.length > 0) return images.length > 0 ? 'both' : 'text';
  return images.length > 0 ? 'image' : 'none';
}

function serverTiming({ timings }: EmbedResult): string {
  const { prepareMs, queueMs, encodeMs } = timings;
  return `prepare;dur=${prepareMs.toFixed(1)}, queue;dur=${queueMs.toFixed(1)}, encode;dur=${encodeMs.toFixed(1)}`;
}
