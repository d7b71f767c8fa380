import type { Request, RequestHandler, Response } from 'express';
import { callerId } from '../access/caller-id.js';
import type { Balance, Caller, ItemLimits } from '../access/item-limits.js';
import type { KeyRing } from '../access/key-ring.js';
import { HandspringError } from '../../core/errors.js';
import type { Metrics } from '../metrics.js';
import { STATUS } from '../errors.js';
import { requestContext } from '../request-context.js';

/** Who may call, and how much. */
export interface Access {
  /** Absent where no token is asked for. */
  readonly ring?: KeyRing | undefined;
  /** Absent where nothing is limited. */
  readonly limits?: ItemLimits | undefined;
}

/** Callers without a key are one in the metrics, however many addresses they have. */
const ANONYMOUS = 'anonymous';

/** Lets the handlers after it count what they are asked for, through the request's context. */
export function countByCaller(access: Access, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    requestContext(response).countItems = (items, work) =>
      countItems(access, metrics, request, response, items, work);
    next();
  };
}

/**
 * Runs `work` if the caller's limits have room for its items, and says in the `RateLimit` headers what is left. Items
 * that the service then fails to serve (429 and above) are not counted; a caller's own mistakes are, and so are those of one
 * that hangs up: their work has begun, and nobody is to have it for nothing.
 * @throws HandspringError `rate_limited`, or what `work` throws.
 */
async function countItems<T>(
  { limits }: Access,
  metrics: Metrics,
  request: Request,
  response: Response,
  items: number,
  work: () => Promise<T>,
): Promise<T> {
  const { key, signal } = requestContext(response);
  const name = key?.name ?? ANONYMOUS;
  const caller: Caller = { ...key, id: callerId(request, key) };
  if (limits && items > 0) await takeItems(limits, caller, items, name, metrics, response);
  try {
    const result = await work();
    metrics.keyItems.inc({ key: name }, items);
    return result;
  } catch (error) {
    const ours = !(error instanceof HandspringError) || STATUS[error.code] >= STATUS.overloaded;
    if (limits && ours && !signal.aborted) {
      await limits.giveBack(caller, items);
      setHeaders(response, await limits.balances(caller));
    }
    throw error;
  }
}

async function takeItems(
  limits: ItemLimits,
  caller: Caller,
  items: number,
  name: string,
  metrics: Metrics,
  response: Response,
): Promise<void> {
  try {
    setHeaders(response, await limits.take(caller, items));
  } catch (error) {
    setHeaders(response, await limits.balances(caller));
    if (error instanceof HandspringError)
      metrics.keyRefusals.inc({ key: name, reason: error.reason ?? 'rate' });
    throw error;
  }
}

/** The fields of draft-ietf-httpapi-ratelimit-headers: quota and window, remaining and seconds to the next window. */
function setHeaders(response: Response, balances: readonly Balance[]): void {
  requestContext(response).balances = balances;
  const list = (parts: (balance: Balance) => string) =>
    balances.map((balance) => `"${balance.policy}";${parts(balance)}`).join(', ');
  response.setHeader(
    'RateLimit-Policy',
    list(({ limit }) => `q=${limit.items};w=${limit.seconds}`),
  );
  response.setHeader(
    'RateLimit',
    list(({ remaining, resetSeconds }) => `r=${remaining};t=${resetSeconds}`),
  );
}
