import express from 'express';
import type { Request, Router } from 'express';
import type { ServedModel } from '../contracts/contract.js';
import { requestContext } from '../request-context.js';
import { css, pagePolicy } from './page-style.js';
import { renderWelcome } from './render-welcome.js';
import type { WelcomeParts } from './render-welcome.js';

/**
 * `GET /` in a browser: what this service is, how to get in, and where the reference is. Programs get what they got before, as
 * nobody who asks for JSON wants a page.
 * @param model What is served, once that is known.
 */
export function welcomeRoute(parts: WelcomeParts, model: () => ServedModel | undefined): Router {
  const router = express.Router();
  router.get('/', (request, response, next) => {
    if (!wantsPage(request)) return next();
    requestContext(response).route = 'operations';
    response
      .set({ 'Content-Security-Policy': pagePolicy, 'X-Content-Type-Options': 'nosniff' })
      .type('html')
      .send(renderWelcome({ ...parts, css, model: model() }));
  });
  return router;
}

const wantsPage = (request: Request) => request.accepts(['json', 'html']) === 'html';
