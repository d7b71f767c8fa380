import { isUtf8 } from 'node:buffer';
import express from 'express';
import type { Request, RequestHandler } from 'express';
import { HandspringError } from '../../core/errors.js';
import { boundJsonStructure } from './json-structure.js';

export interface JsonBodyLimits {
  /** The largest body, in bytes, after decompression. */
  readonly maxBodyBytes: number;
  /** Most items in a request; bounds what its JSON may become in memory. */
  readonly maxItems: number;
}

/**
 * Reads a body of JSON in UTF-8 (RFC 8259, section 8.1), as it is or compressed, into `request.body`; `undefined` if there
 * is none. Whatever the content type says it is: curl's default is a form's, and there is one thing a body can be.
 * @throws HandspringError `payload_too_large` or `invalid_request`, before anything is made of the bytes.
 */
export function readJsonBody({ maxBodyBytes, maxItems }: JsonBodyLimits): readonly RequestHandler[] {
  return [
    refuseOtherCharsets,
    express.raw({ limit: maxBodyBytes, type: () => true }),
    (request, _response, next) => {
      request.body = parseJsonBody(request.body as Buffer | undefined, maxItems);
      next();
    },
  ];
}

/** The value that a body's bytes mean; `undefined` for none. */
export function parseJsonBody(bytes: Buffer | undefined, maxItems: number): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined;
  // Decoding would replace what is not UTF-8, and answer with the vector of another text.
  if (!isUtf8(bytes)) throw notUtf8('bytes that are not');
  boundJsonStructure(bytes, maxItems);
  try {
    return JSON.parse(new TextDecoder().decode(bytes)); // which drops a byte order mark, too
  } catch {
    // The parser's own message quotes the body.
    throw new HandspringError(
      'invalid_request',
      'body: expected JSON such as {"texts":["a cat"],"images":[]}',
    );
  }
}

const refuseOtherCharsets: RequestHandler = (request, _response, next) => {
  const charset = charsetOf(request);
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw notUtf8('another charset');
  next();
};

function charsetOf(request: Request): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(request.get('content-type') ?? '')?.[1];
}

function notUtf8(received: string): HandspringError {
  return new HandspringError('invalid_request', `body: expected JSON in UTF-8, received ${received}`);
}
