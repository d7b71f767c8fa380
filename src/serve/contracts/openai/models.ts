import express from 'express';
import type { RequestHandler, Router } from 'express';
import { onlyMethods } from '../../errors.js';
import type { ServedModel } from '../contract.js';
import { isNameOf, noSuchModel } from './model-name.js';

/** Where the list stands; each model below it, by its name. */
export const MODELS_PATHS = ['/v1/models', '/models'];

/**
 * The one model, as clients of OpenAI look for it.
 * @param before What each request passes first.
 */
export function modelsRoutes(model: () => ServedModel, before: readonly RequestHandler[]): Router {
  const router = express.Router();
  for (const path of MODELS_PATHS) {
    router.get(path, ...before, (_request, response) => {
      response.json({ object: 'list', data: [describe(model())] });
    });
    router.get(`${path}/*name`, ...before, (request, response) => {
      const asked = (request.params['name'] as unknown as string[]).join('/');
      if (!isNameOf(model(), asked)) throw noSuchModel(asked, model());
      response.json(describe(model()));
    });
    router.all([path, `${path}/*name`], onlyMethods('GET', 'HEAD'));
  }
  return router;
}

function describe({ name }: ServedModel): object {
  return { id: name, object: 'model', created: 0, owned_by: 'handspring' };
}
