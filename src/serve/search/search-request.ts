import type { Request, RequestHandler, Response } from 'express';
import { HandspringError } from '../../core/errors.js';
import type { SearchOptions } from '../../photos/index/store.js';
import { readBody } from '../body/read-body.js';
import { requestContext } from '../request-context.js';

const DEFAULT_LIMIT = 24;
const MAX_LIMIT = 480;
const MAX_OFFSET = 999_999_999;
export const MAX_QUERY_CHARACTERS = 2000;

/** `limit`, `offset`, `at`, `kind`, `property` and `value` of the query string. */
export function parseSearchOptions(req: Request, res: Response): SearchOptions {
  const limit = parseWhole(req, 'limit', { from: 1, to: MAX_LIMIT }) ?? DEFAULT_LIMIT;
  const offset = parseWhole(req, 'offset', { from: 0, to: MAX_OFFSET });
  const at = toText(req, 'at');
  const kind = toText(req, 'kind');
  const property = toText(req, 'property');
  const value = toText(req, 'value');
  if ((property === undefined) !== (value === undefined)) {
    throw new HandspringError('invalid_request', 'property, value: expected both or neither, received one');
  }
  const filter = property === undefined || value === undefined ? {} : { filter: { property, value } };
  return {
    limit,
    ...(offset !== undefined && { offset }),
    ...(at !== undefined && { at }),
    ...(kind !== undefined && { kind }),
    ...filter,
    signal: requestContext(res).signal,
  };
}

/** The query text `q`, trimmed. */
export function parseQuery(req: Request): string {
  const query = (toText(req, 'q') ?? '').trim();
  if (query === '') throw new HandspringError('invalid_request', 'q: expected a text, received none');
  if (query.length > MAX_QUERY_CHARACTERS) {
    const message = `q: expected at most ${MAX_QUERY_CHARACTERS} characters, received ${query.length}`;
    throw new HandspringError('invalid_request', message);
  }
  return query;
}

/** One value of the query string, or undefined. */
export function toText(req: Request, name: string): string | undefined {
  const value: unknown = req.query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new HandspringError('invalid_request', `${name}: expected one value, received several`);
}

function parseWhole(
  req: Request,
  name: string,
  { from, to }: { readonly from: number; readonly to: number },
): number | undefined {
  const text = toText(req, name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= from && number <= to) return number;
  throw new HandspringError(
    'invalid_request',
    `${name}: expected a whole number from ${from} to ${to}, received another value`,
  );
}

/** Reads the whole body, of any media type, as one Buffer. */
export function readImageBody(maxBytes: number): RequestHandler {
  return async (req, res, next) => {
    req.body = Buffer.concat(
      await readBody(req, res, { maxBytes, what: 'image', option: 'MAX_IMAGE_BYTES' }),
    );
    next();
  };
}

/** The body that `readImageBody` read. */
export function toImageBytes(req: Request): Buffer {
  const body: unknown = req.body;
  if (Buffer.isBuffer(body) && body.length > 0) return body;
  throw new HandspringError('invalid_request', 'body: expected the bytes of an image, received none');
}
