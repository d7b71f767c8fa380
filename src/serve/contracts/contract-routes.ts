import express from 'express';
import type { RequestHandler, Response, Router } from 'express';
import type { Embedder, EmbedOptions, EmbedResult } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import { callerId, toCaller } from '../access/caller-id.js';
import { authenticate } from '../access/authenticate.js';
import { bodyTurns } from '../body/body-turns.js';
import { readJsonBody } from '../body/json-body.js';
import type { JsonBodyLimits, JsonForm } from '../body/json-body.js';
import { onlyMethods } from '../errors.js';
import type { BodyLimits } from '../limits/admit-body.js';
import type { Access } from '../limits/count-items.js';
import type { SlowBodyLimits } from '../limits/slow-bodies.js';
import type { ImageAddresses } from '../image-addresses/image-addresses.js';
import { requestContext } from '../request-context.js';
import type { RequestContext } from '../request-context.js';
import type { Tracing } from '../tracing/open-tracing.js';
import { carriedBy } from './carried.js';
import { contractOf, contractsByPath } from './contract.js';
import type { Contract, PathContracts, ServedModel } from './contract.js';
import { jsonBounds } from './counts.js';
import { failureFormOf } from './failure-forms.js';
import { toJson } from './json-answer.js';
import type { InfoLimits } from './tei/info.js';

export interface RequestLimits extends InfoLimits, BodyLimits, JsonBodyLimits, SlowBodyLimits {
  readonly maxItems: number;
  readonly maxTexts: number;
}

export interface ContractRoutesParts {
  readonly contracts: readonly Contract[];
  readonly embedder: Embedder;
  /** Asked of requests that are let in, so once it is loaded. */
  readonly model: () => ServedModel;
  readonly isReady: () => boolean;
  readonly limits: RequestLimits;
  /** What each body passes before it is read. */
  readonly takeBody: readonly RequestHandler[];
  /** Absent where images come with their requests only. */
  readonly imageAddresses?: ImageAddresses | undefined;
  /** Absent where everyone may call as much as there is room for. */
  readonly access?: Access | undefined;
  /** Absent where traces are off. */
  readonly tracing?: Pick<Tracing, 'record'> | undefined;
}

/** `POST` routes of all contracts, with the one chain that every request for vectors passes. */
export function contractRoutes(parts: ContractRoutesParts): Router {
  const { isReady, limits, takeBody, access, tracing } = parts;
  const router = express.Router();
  for (const [path, contracts] of contractsByPath(parts.contracts)) {
    router.post(
      path,
      asContract(contracts.usual),
      refuseUntilReady(isReady),
      ...(tracing ? [traceRequest(tracing)] : []),
      ...(access?.ring ? [authenticate(access.ring, 'bearer')] : []),
      ...takeBody,
      readJsonBody(limits, jsonForm(contracts, limits)),
      answer(contracts, parts),
    );
    router.all(path, asContract(contracts.usual), onlyMethods('POST'));
  }
  return router;
}

/** Of those that share a path, the usual one says how much it takes: the bodies of others are as small, or smaller. */
function jsonForm({ usual: contract, others }: PathContracts, limits: RequestLimits): JsonForm {
  const { operation, explainTooMany } = contract;
  const filesAt = [contract, ...others].flatMap((each) => each.filesAt ?? []);
  return { ...jsonBounds(contract, limits), example: operation.example, filesAt, explainTooMany };
}

/** Until the body tells more, a request is its path's usual contract's: it names it in metrics and forms its failures. */
function asContract(contract: Contract): RequestHandler {
  return (_request, response, next) => {
    beOf(contract, requestContext(response));
    next();
  };
}

function beOf({ name, path, failure = failureFormOf(path) }: Contract, context: RequestContext): void {
  context.route = name;
  context.failureForm = failure;
}

function answer(
  contracts: PathContracts,
  { embedder, limits, model, imageAddresses }: ContractRoutesParts,
): RequestHandler {
  return async (request, response) => {
    const context = requestContext(response);
    context.bodyAtMs = Date.now();
    const body = request.body as unknown;
    const contract = contractOf(contracts, body);
    beOf(contract, context);
    const caller = toCaller(callerId(request, context.key), context.key);
    const fetchImage = imageAddresses?.ofRequest({
      requestId: context.id,
      id: caller.id,
      hold: context.holdMore,
    });
    context.label = contract.labelOf?.(body);
    const served = { ...limits, model: model(), fetchImage };
    const asked = await bodyTurns.run(() => contract.parse(body, served));
    const { items, counts, whole } = asked;
    request.body = undefined; // the base64 strings are the largest thing this request holds, and they are done with
    context.carried = carriedBy(items);
    context.facts = counts;
    const onFailure: EmbedOptions['onFailure'] = (times) => (context.timings = times);
    const result = await context.countItems(items.length, () =>
      embedder.embed(items, { signal: context.signal, whole, onFailure, caller }),
    );
    context.releaseBody();
    context.timings = result.timings;
    const json = await toJson(asked.render(result), context.signal);
    response.set({
      'Server-Timing': serverTiming(result),
      ...asked.headers?.(result, context.balances),
      'Content-Type': 'application/json; charset=utf-8',
    });
    send(response, json);
  };
}

function send(response: Response, json: string | readonly Buffer[]): void {
  if (typeof json === 'string') {
    response.set('Content-Length', String(json.length));
    return void response.end(json, 'latin1');
  }
  response.set('Content-Length', String(json.reduce((sum, { length }) => sum + length, 0)));
  for (const piece of json) response.write(piece);
  response.end();
}

export function refuseUntilReady(isReady: () => boolean): RequestHandler {
  return (_request, _response, next) => {
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
    const path = request.path;
    response.once('close', () => {
      const { route, facts: counts, outcome, timings, bodyAtMs } = context;
      tracing.record({
        name: `POST ${path}`,
        route,
        headers: request.headers,
        startMs,
        bodyAtMs,
        endMs: Date.now(),
        counts,
        outcome,
        timings,
      });
    });
    next();
  };
}

function serverTiming({ timings }: EmbedResult): string {
  const { prepareMs, queueMs, encodeMs } = timings;
  return `prepare;dur=${prepareMs.toFixed(1)}, queue;dur=${queueMs.toFixed(1)}, encode;dur=${encodeMs.toFixed(1)}`;
}
