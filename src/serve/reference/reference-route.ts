import express from 'express';
import type { Request, Router } from 'express';
import type { Contract, ServedModel } from '../contracts/contract.js';
import { onlyMethods } from '../errors.js';
import { openApiDocument } from '../openapi/document.js';
import { requestContext } from '../request-context.js';
import { css, pagePolicy } from './page-style.js';
import { renderReference } from './render-reference.js';
import type { ApiDocument } from './render-reference.js';

/** Where people read what programs find at `/openapi.json`. */
const DOCS_PATH = '/docs';

/**
 * `GET /docs`: the API reference, made of the same document as `/openapi.json`. One page without a script, that loads nothing: it
 * is for people, so it asks for no token.
 * @param model What is served, once that is known.
 * @param hasDocument Whether `/openapi.json` is on the same port.
 */
export function referenceRoute(
  contracts: readonly Contract[],
  model: () => ServedModel | undefined,
  hasDocument: boolean,
): Router {
  const router = express.Router();
  router.get(DOCS_PATH, (request, response) => {
    requestContext(response).route = 'operations';
    const served = model();
    const document = openApiDocument(contracts, served) as ApiDocument;
    response
      .set({ 'Content-Security-Policy': pagePolicy, 'X-Content-Type-Options': 'nosniff' })
      .type('html')
      .send(renderReference(document, { css, origin: originOf(request), hasDocument, model: served?.name }));
  });
  router.all(DOCS_PATH, onlyMethods('GET', 'HEAD'));
  return router;
}

/** As the reader has reached it, for commands that can be copied. */
function originOf(request: Request): string {
  const host = request.get('host') ?? '';
  return /^[\w.[\]:-]{1,255}$/.test(host) ? `${request.protocol}://${host}` : 'http://localhost:8080';
}
