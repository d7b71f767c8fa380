import express from 'express';
import type { RequestHandler, Router } from 'express';
import { callerId } from '../access/caller-id.js';
import type { Balance } from '../access/item-limits.js';
import { onlyMethods } from '../errors.js';
import { requestContext } from '../request-context.js';
import type { Access } from './count-items.js';

/** Where a caller sees what it has used. */
export const USAGE_PATH = '/v1/usage';

/** What `GET /v1/usage` answers, as JSON Schema. */
export const USAGE_SCHEMA = {
  type: 'object',
  required: ['caller', 'weight', 'expires', 'limits'],
  properties: {
    caller: { type: ['string', 'null'], description: "The key's name; null where no key is asked for" },
    weight: { type: 'number', description: 'Its share beside others while all ask for more' },
    expires: { type: ['string', 'null'], description: 'From when on the key lets nobody in: ISO 8601' },
    limits: {
      type: 'array',
      items: {
        type: 'object',
        required: ['policy', 'limit', 'window_seconds', 'used', 'remaining', 'resets_in_seconds'],
        properties: {
          policy: { enum: ['rate', 'quota'] },
          limit: { type: 'integer', description: 'Items in a window' },
          window_seconds: { type: 'integer' },
          used: { type: 'integer' },
          remaining: { type: 'integer' },
          resets_in_seconds: { type: 'integer' },
        },
      },
    },
  },
} as const;

/**
 * What the caller who asks has used of its limits, and has left: nobody else's. To ask counts as nothing.
 * @param before What each request passes first.
 */
export function usageRoute({ limits }: Access, before: readonly RequestHandler[]): Router {
  const router = express.Router();
  router.get(USAGE_PATH, ...before, async (request, response) => {
    const { key } = requestContext(response);
    const balances = (await limits?.balances({ ...key, id: callerId(request, key) })) ?? [];
    response.set('Cache-Control', 'no-store').json({
      caller: key?.name ?? null,
      weight: key?.weight ?? 1,
      expires: key?.expires === undefined ? null : new Date(key.expires).toISOString(),
      limits: balances.map(toUsage),
    });
  });
  router.all(USAGE_PATH, onlyMethods('GET', 'HEAD'));
  return router;
}

function toUsage({ policy, limit, remaining, resetSeconds }: Balance): object {
  return {
    policy,
    limit: limit.items,
    window_seconds: limit.seconds,
    used: limit.items - remaining,
    remaining,
    resets_in_seconds: resetSeconds,
  };
}
