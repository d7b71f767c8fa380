import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { EmbedResult } from '../core/embedder.js';
import type { Balance } from './access/item-limits.js';
import type { Key } from './access/key-ring.js';
import type { HeldBody } from './body/body-room.js';
import { HandspringError } from '../core/errors.js';
import type { ErrorCode } from '../core/errors.js';
import type { FailureForm } from './contracts/failure-form.js';
import { failureFormOf } from './contracts/failure-forms.js';
import type { Metrics } from './metrics.js';

/** What is known of a request while it is under way; the log line and the metrics are made of it at the end. */
export interface RequestContext {
  readonly id: string;
  /** Aborted when the caller hangs up before the answer is out. */
  readonly signal: AbortSignal;
  /** A contract's name, `search`, `operations` or `other`. */
  route: string;
  /** The modality of its items, `none`, or `both` or `several` for more than one. */
  carried: string;
  outcome: ErrorCode | 'ok' | 'caller_gone';
  error?: unknown;
  /** When its body was whole, by the wall clock. */
  bodyAtMs?: number;
  /** Where the time of its slowest item went; of a failed request, as far as it came. */
  timings?: Partial<EmbedResult['timings']>;
  /** Whose token it came with, where tokens are asked for. */
  key?: Key | undefined;
  /** Runs work that takes so many texts and images, if the caller's limits have room for them. */
  countItems: <T>(items: number, work: () => Promise<T>) => Promise<T>;
  /** What its caller has left, where limits are on and have been asked. */
  balances: readonly Balance[];
  /** The room that its body takes while it arrives; absent where it has none. */
  heldBody?: HeldBody;
  /** Room for what comes beside the body, such as images behind addresses. */
  holdMore: () => HeldBody;
  /** Gives back the room that its body holds; for when the answer is known. */
  releaseBody: () => void;
  /** What its caller calls it: see `Contract.labelOf`. */
  label?: string | undefined;
  /** Counts for the log line, never payloads. */
  facts: Readonly<Record<string, number>>;
  /** How a failure is told: by its path, unless its contract has a form of its own. */
  failureForm: FailureForm;
}

const contexts = new WeakMap<Response, RequestContext>();

/** The context of a request, by its response. */
export function requestContext(response: Response): RequestContext {
  const context = contexts.get(response);
  if (!context) throw new Error('trackRequests is not mounted before this handler');
  return context;
}

/** Ids of callers are taken over if they are harmless in a log. */
const SANE_ID = /^[\w.:-]{1,128}$/;

/** The caller's id of a request, if it is one, else a new one. */
export function requestId(given: string | undefined): string {
  return given !== undefined && SANE_ID.test(given) ? given : randomUUID();
}

/** Gives every request an id, counts it and logs it when it is over. */
export function trackRequests(log: Logger, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const gone = new AbortController();
    const context: RequestContext = {
      id: requestId(request.get('x-request-id')),
      signal: gone.signal,
      route: 'other',
      carried: 'none',
      outcome: 'ok',
      countItems: (_items, work) => work(),
      holdMore: () => {
        throw new Error('admitBody is not mounted before this handler');
      },
      balances: [],
      releaseBody: () => undefined,
      facts: {},
      failureForm: failureFormOf(request.url),
    };
    contexts.set(response, context);
    response.setHeader('X-Request-Id', context.id);
    response.once('close', () => {
      if (!response.writableFinished) {
        context.outcome = 'caller_gone';
        gone.abort(new Error('the caller hung up'));
      }
      metrics.requests.inc({ route: context.route, modality: context.carried, outcome: context.outcome });
      writeLine(log, context, {
        method: request.method,
        path: request.path.slice(0, 200),
        status: response.statusCode,
        ms: Math.round((performance.now() - started) * 10) / 10,
      });
    });
    next();
  };
}

/** What the log line of a request is made of. */
export type LoggedRequest = Pick<
  RequestContext,
  'id' | 'outcome' | 'route' | 'facts' | 'key' | 'label' | 'error'
>;

/** Writes the line of a request that is over, with what its way in has to say of it. */
export function writeLine(log: Logger, context: LoggedRequest, line: Record<string, unknown>): void {
  const { id: requestId, outcome, route, facts, key, label, error } = context;
  const reason = label !== undefined && error instanceof HandspringError ? { reason: error.message } : {};
  const entry = {
    ...{ requestId, ...line, outcome, ...facts, ...reason },
    ...(label === undefined ? {} : { label }),
    ...(key ? { key: key.name } : {}),
  };
  if (outcome === 'internal' || outcome === 'encoder_failed')
    log.error({ ...entry, err: error }, 'request failed');
  else if (route === 'operations' || route === 'search') log.debug(entry, 'request');
  else log.info(entry, 'request');
}
