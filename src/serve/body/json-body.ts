import { isUtf8 } from 'node:buffer';
import type { Request, RequestHandler } from 'express';
import { HandspringError } from '../../core/errors.js';
import { bodyTurns } from './body-turns.js';
import { boundJsonStructure } from './json-structure.js';
import type { JsonBounds, StringPlace } from './json-structure.js';
import { parseJson } from './parse-json.js';
import { withJoined } from './joined.js';
import { readBody } from './read-body.js';

export interface JsonBodyLimits {
  /** The largest body, in bytes, after decompression. */
  readonly maxBodyBytes: number;
}

/** What a route takes of JSON. */
export interface JsonForm extends JsonBounds {
  /** A body such as it takes, for who sends what is no JSON. */
  readonly example: object;
  /** Where it has files in base64: see `parseJson`. */
  readonly filesAt?: readonly string[];
  /** Tells better what is wrong with a body that has too many values, if it can. */
  readonly explainTooMany?: ((bytes: Buffer) => HandspringError | undefined) | undefined;
}

/**
 * Reads a body of JSON in UTF-8 (RFC 8259, section 8.1), as it is or compressed, into `request.body`; `undefined` if there
 * is none. Whatever the content type says it is: curl's default is a form's, and there is one thing a body can be.
 * @throws HandspringError `payload_too_large`, `overloaded` or `invalid_request`, before anything is made of the bytes.
 */
export function readJsonBody({ maxBodyBytes }: JsonBodyLimits, form: JsonForm): RequestHandler {
  return async (request, response, next) => {
    refuseOtherCharsets(request);
    const size = { maxBytes: maxBodyBytes, what: 'body', option: 'MAX_BODY_BYTES' } as const;
    const pieces = await readBody(request, response, size);
    request.body = await bodyTurns.run(() => withJoined(pieces, (bytes) => parseJsonBody(bytes, form)));
    next();
  };
}

/** The value that a body's bytes mean; `undefined` for none. */
export function parseJsonBody(bytes: Buffer, form: JsonForm): unknown {
  if (bytes.length === 0) return undefined;
  // Decoding would replace what is not UTF-8, and answer with the vector of another text.
  if (!isUtf8(bytes)) throw notUtf8('bytes that are not');
  const long = bound(bytes, form);
  try {
    return parseJson(bytes, long, form.filesAt ?? []);
  } catch {
    // The parser's own message quotes the body.
    throw new HandspringError(
      'invalid_request',
      `body: expected JSON such as ${JSON.stringify(form.example)}`,
    );
  }
}

function bound(bytes: Buffer, form: JsonForm): StringPlace[] {
  try {
    return boundJsonStructure(bytes, form);
  } catch (error) {
    const isTooMany = error instanceof HandspringError && error.code === 'payload_too_large';
    throw (isTooMany ? form.explainTooMany?.(bytes) : undefined) ?? error;
  }
}

function refuseOtherCharsets(request: Request): void {
  const [, charset] = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(request.get('content-type') ?? '') ?? [];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw notUtf8('another charset');
}

function notUtf8(received: string): HandspringError {
  return new HandspringError('invalid_request', `body: expected JSON in UTF-8, received ${received}`);
}
