import express from 'express';
import type { RequestHandler, Router } from 'express';
import { VERSION } from '../../../core/version.js';
import { onlyMethods } from '../../errors.js';
import type { ServedModel } from '../contract.js';

export interface InfoLimits {
  readonly maxTexts: number;
  readonly maxPendingItems: number;
}

export interface InfoParts {
  readonly model: () => ServedModel;
  readonly limits: InfoLimits;
}

/**
 * The model and its limits, as clients of text-embeddings-inference look for them (`Info` of its router).
 * @param before What each request passes first.
 */
export function infoRoute({ model, limits }: InfoParts, before: readonly RequestHandler[]): Router {
  const router = express.Router();
  router.get('/info', ...before, (_request, response) => {
    response.json(describe(model(), limits));
  });
  router.all('/info', onlyMethods('GET', 'HEAD'));
  return router;
}

function describe(
  { name, contextLength = 0, takesLongTexts }: ServedModel,
  { maxTexts, maxPendingItems }: InfoLimits,
): object {
  return {
    model_id: name,
    model_sha: null,
    model_dtype: 'float32', // of the vectors
    served_model_name: name,
    model_type: { embedding: { pooling: 'cls' } }, // one of its words has to stand here: towers pool by themselves
    max_concurrent_requests: maxPendingItems,
    max_input_length: contextLength,
    max_batch_tokens: maxTexts * contextLength,
    max_batch_requests: null,
    max_client_batch_size: maxTexts,
    auto_truncate: takesLongTexts,
    tokenization_workers: 1,
    version: VERSION,
    sha: null,
    docker_label: null,
  };
}
