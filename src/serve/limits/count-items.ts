import type { RequestHandler, Response } from 'express';
import { callerId } from '../access/caller-id.js';
import type { Balance, Caller, ItemLimits } from '../access/item-limits.js';
import type { Key, KeyRing } from '../access/key-ring.js';
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

/** Whose items are counted, whichever way they came. */
export interface CountedCaller {
  /** See `callerId`. */
  readonly id: string;
  readonly key: Key | undefined;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
  /** Hears what the caller has left, whenever that is known. */
  readonly tell: (balances: readonly Balance[]) => void;
}

/** Lets the handlers after it count what they are asked for, through the request's context. */
export function countByCaller(access: Access, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const context = requestContext(response);
    context.countItems = (items, work) => {
      const { key, signal } = context;
      const tell = (balances: readonly Balance[]) => setHeaders(response, balances);
      return countItems(access, metrics, { id: callerId(request, key), key, signal, tell }, items, work);
    };
    next();
  };
}

/**
 * Runs `work` if the caller's limits have room for its items, and tells what is left. Items that the service then fails to serve (429 and above) are not counted; a caller's own mistakes are, and so are those of one
 * that hangs up: their work has begun, and nobody is to have it for nothing.
 * @throws HandspringError `rate_limited`, or what `work` throws.
 */
export async function countItems<T>(
  { limits }: Access,
  metrics: Pick<Metrics, 'keyItems' | 'keyRefusals'>,
  { id, key, signal, tell }: CountedCaller,
  items: number,
  work: () => Promise<T>,
): Promise<T> {
  const name = key?.name ?? ANONYMOUS;
  const caller: Caller = { ...key, id };
  if (limits && items > 0) await takeItems(limits, caller, items, name, metrics, tell);
  try {
    const result = await work();
    metrics.keyItems.inc({ key: name }, items);
    return result;
  } catch (error) {
    const ours = !(error instanceof HandspringError) || STATUS[error.code] >= STATUS.overloaded;
    if (limits && ours && !signal.aborted) {
      await limits.giveBack(caller, items);
      tell(await limits.balances(caller));
    }
    throw error;
  }
}

async function takeItems(
  limits: ItemLimits,
  caller: Caller,
  items: number,
  name: string,
  metrics: Pick<Metrics, 'keyRefusals'>,
  tell: CountedCaller['tell'],
): Promise<void> {
  try {
    tell(await limits.take(caller, items));
  } catch (error) {
    tell(await limits.balances(caller));
    if (error instanceof HandspringError)
      metrics.keyRefusals.inc({ key: name, reason: error.reason ?? 'rate' });
    throw error;
  }
}

function setHeaders(response: Response, balances: readonly Balance[]): void {
  requestContext(response).balances = balances;
  response.set(balanceHeaders(balances));
}

/** The fields of draft-ietf-httpapi-ratelimit-headers: quota and window, remaining and seconds to the next window. */
export function balanceHeaders(balances: readonly Balance[]): Readonly<Record<string, string>> {
  const list = (parts: (balance: Balance) => string) =>
    balances.map((balance) => `"${balance.policy}";${parts(balance)}`).join(', ');
  return {
    'RateLimit-Policy': list(({ limit }) => `q=${limit.items};w=${limit.seconds}`),
    RateLimit: list(({ remaining, resetSeconds }) => `r=${remaining};t=${resetSeconds}`),
  };
}
