import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Request, Response } from 'express';
import { HandspringError } from '../../core/errors.js';
import { requestContext } from '../request-context.js';

/** The largest body of a route, and how its refusal is worded. */
export interface BodySize {
  readonly maxBytes: number;
  /** What the body is to the caller: `body`, or `image`. */
  readonly what: string;
  readonly option: 'MAX_BODY_BYTES' | 'MAX_IMAGE_BYTES';
}

/** As large as what a socket gives at once; zlib's own default is a quarter of it. */
const CHUNK_BYTES = 65_536;

const UNPACK = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * A request's body, decompressed, in the pieces in which it came; none if there is none. Read here and not by a library, as each piece is held against
 * MAX_PENDING_BYTES when it arrives, and a body that is refused is not read to its end first.
 * @throws HandspringError `payload_too_large`, `overloaded`, or `invalid_request` if it is not what its header lines say.
 */
export async function readBody(
  request: Request,
  response: Response,
  size: BodySize,
): Promise<readonly Buffer[]> {
  const announced = Number(request.get('content-length') ?? 0);
  if (announced > size.maxBytes) throw tooLarge(size, announced);
  const stream = unpacked(request);
  if (request.httpVersion !== '1.0' && request.get('expect') !== undefined) response.writeContinue();
  try {
    return await collect(request, stream, response, size);
  } finally {
    if (stream !== request) {
      request.unpipe();
      stream.destroy();
    }
    request.resume(); // what is not wanted any more is dropped as it comes, so that the caller gets to read the answer
  }
}

function collect(
  request: Request,
  stream: Readable,
  response: Response,
  size: BodySize,
): Promise<readonly Buffer[]> {
  const { heldBody } = requestContext(response);
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const fail = (error: Error) => {
      stream.off('data', take);
      pieces.length = 0;
      reject(error);
    };
    const take = (piece: Buffer) => {
      length += piece.length;
      if (length > size.maxBytes) return fail(tooLarge(size));
      try {
        heldBody?.grow(piece.length);
      } catch (error) {
        return fail(error as Error);
      }
      pieces.push(piece);
    };
    heldBody?.onTakenBack(fail);
    stream.on('data', take);
    stream.once('end', () => {
      heldBody?.finish();
      resolve([...pieces]);
      pieces.length = 0; // the request's listeners live as long as it does
    });
    stream.once('error', (cause) => fail(notPacked(request, cause)));
    request.once('close', () => request.complete || fail(brokenOff()));
  });
}

function unpacked(request: Request): Readable {
  const encoding = (request.get('content-encoding') ?? 'identity').toLowerCase();
  if (encoding === 'identity') return request;
  if (!Object.hasOwn(UNPACK, encoding)) {
    throw new HandspringError(
      'invalid_request',
      'body: expected bytes as they are or compressed with gzip, deflate or br',
    );
  }
  return request.pipe(UNPACK[encoding as keyof typeof UNPACK]({ chunkSize: CHUNK_BYTES }));
}

function tooLarge({ what, maxBytes, option }: BodySize, received?: number): HandspringError {
  return new HandspringError(
    'payload_too_large',
    `${what}: expected at most ${maxBytes} bytes (${option}), received ${received ?? 'more'}`,
    { limit: option },
  );
}

function notPacked(request: Request, cause: Error): HandspringError {
  const message = `body: expected ${request.get('content-encoding')} as its Content-Encoding says, received other bytes`;
  return new HandspringError('invalid_request', message, { cause });
}

function brokenOff(): HandspringError {
  return new HandspringError('invalid_request', 'body: expected all of it, received a part');
}
