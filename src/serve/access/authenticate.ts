import type { RequestHandler } from 'express';
import type { Key, KeyRing } from './key-ring.js';
import { HandspringError } from '../../core/errors.js';
import { requestContext } from '../request-context.js';

/** `bearer` is for programs; `basic` also lets a browser ask a person, with the token as the password. */
export type Challenge = 'bearer' | 'basic';

/**
 * Lets a request through only with a token of the ring, and notes whose it is. Comes before the body is read.
 * @throws HandspringError As `findKey`.
 */
export function authenticate(ring: KeyRing, challenge: Challenge): RequestHandler {
  return (request, response, next) => {
    response.setHeader('WWW-Authenticate', challenge === 'basic' ? 'Basic realm="handspring"' : 'Bearer');
    requestContext(response).key = findKey(ring, request.get('authorization'));
    response.removeHeader('WWW-Authenticate');
    next();
  };
}

/**
 * The key of the ring that an `Authorization` header gives the token of.
 * @throws HandspringError `unauthorized`, the same for no token and a wrong one; of one that has expired it says so.
 */
export function findKey(ring: KeyRing, authorization: string | undefined): Key {
  const token = readToken(authorization ?? '');
  const key = token === undefined ? undefined : ring.find(token);
  if (!key) throw unauthorized();
  return key;
}

/**
 * A bearer token, or the password of Basic authentication, whatever the user: that is all that can be put into an address, such as
 * Weaviate's `CLIP_INFERENCE_API=http://any:TOKEN@module:8080`, and all that a browser asks for.
 */
function readToken(authorization: string): string | undefined {
  const [, scheme = '', credentials = ''] = /^(\w+) +([\w.~+/=-]+) *$/.exec(authorization) ?? [];
  if (/^bearer$/i.test(scheme)) return credentials;
  if (!/^basic$/i.test(scheme)) return undefined;
  return Buffer.from(credentials, 'base64').toString().split(':').slice(1).join(':');
}

function unauthorized(): HandspringError {
  return new HandspringError(
    'unauthorized',
    'expected a valid token as Authorization: Bearer …, or as the password of Authorization: Basic …',
  );
}
