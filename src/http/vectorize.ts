import express from 'express';
import type { RequestHandler, Router } from 'express';
import { HandspringError } from '../errors.js';
import { Admission } from '../embedding/admission.js';
import type { EmbedRequest, EmbedResult, Embedder } from '../embedding/embedder.js';
import { onlyMethods } from './errors.js';
import { requestContext } from './request-context.js';
import type { Carried } from './request-context.js';
import { toShortestNumbers } from './shortest-float.js';
import { parseVectorizeRequest } from './vectorize-request.js';

export interface VectorizeLimits {
  readonly maxItems: number;
  readonly maxBodyBytes: number;
  /** Bodies held at once, in bytes. */
  readonly maxPendingBytes: number;
}

/** `POST /vectorize`: Weaviate's contract. */
export function vectorizeRoutes(embedder: Embedder, isReady: () => boolean, limits: VectorizeLimits): Router {
  const router = express.Router();
  router.post(
    '/vectorize',
    refuseUntilReady(isReady),
    admitBody(limits),
    readJson(limits),
    async (request, response) => {
      const context = requestContext(response);
      const items = parseVectorizeRequest(request.body, limits.maxItems);
      request.body = undefined; // the base64 strings are the largest thing this request holds, and they are done with
      context.carried = carried(items);
      context.facts = { texts: items.texts.length, images: items.images.length };
      const result = await embedder.embed(items, { signal: context.signal });
      response.setHeader('Server-Timing', serverTiming(result));
      if (result.truncatedTexts.length > 0) {
        response.setHeader('Handspring-Truncated-Texts', result.truncatedTexts.join(','));
      }
      response.json({
        textVectors: result.textVectors.map(toShortestNumbers),
        imageVectors: result.imageVectors.map(toShortestNumbers),
      });
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

/** Holds a body's bytes against a common limit before it is read, so that many large ones cannot fill the memory. */
function admitBody({ maxPendingBytes, maxBodyBytes }: VectorizeLimits): RequestHandler {
  const admission = new Admission(maxPendingBytes, 'bytes of request bodies', 'MAX_PENDING_BYTES');
  return (request, response, next) => {
    const announced = Number(request.get('content-length') ?? maxBodyBytes);
    const release = admission.acquire(
      Math.min(Number.isFinite(announced) ? announced : maxBodyBytes, maxBodyBytes),
    );
    response.on('close', release);
    next();
  };
}

function readJson({ maxBodyBytes }: VectorizeLimits): RequestHandler {
  // Whatever the content type says: curl's default is a form's, and there is one thing a body can be.
  return express.json({ limit: maxBodyBytes, strict: false, type: () => true, verify: refuseEmpty });
}

/** express takes a body of no bytes for `{}`; it is rather a caller that forgot to send one. */
function refuseEmpty(_request: unknown, _response: unknown, body: Buffer): void {
  if (body.length === 0) parseVectorizeRequest(undefined, 0);
}

function carried({ texts, images }: EmbedRequest): Carried {
  if (texts.length > 0) return images.length > 0 ? 'both' : 'text';
  return images.length > 0 ? 'image' : 'none';
}

function serverTiming({ timings }: EmbedResult): string {
  const { prepareMs, queueMs, encodeMs } = timings;
  return `prepare;dur=${prepareMs.toFixed(1)}, queue;dur=${queueMs.toFixed(1)}, encode;dur=${encodeMs.toFixed(1)}`;
}
