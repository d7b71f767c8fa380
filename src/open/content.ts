import { fileURLToPath } from 'node:url';
import type { Content } from '../core/embedder.js';
import { HandspringError } from '../core/errors.js';
import { nameOf } from '../core/name-of.js';
import { NoFileError, openFile } from '../core/regular-file.js';

/** The bytes of a file, in any of the forms in which a program may have them. */
export type BinaryContent =
  Uint8Array | ArrayBuffer | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | URL;

/**
 * Content as the engine takes it. A string stays a string: it is never taken for the name of a file.
 * @param maxBytes More than so many are not read.
 * @throws HandspringError `invalid_request` for what is none of these, or a `file:` URL that cannot be read;
 * `payload_too_large`.
 */
export async function readContent(content: unknown, maxBytes: number): Promise<Content> {
  if (typeof content === 'string' || content instanceof Uint8Array) return content;
  if (content instanceof ArrayBuffer) return new Uint8Array(content);
  if (content instanceof Blob) {
    checkSize(content.size, maxBytes);
    return new Uint8Array(await content.arrayBuffer());
  }
  if (content instanceof URL) return readUrl(content, maxBytes);
  if (isAsyncIterable(content)) return readAll(content, maxBytes);
  throw new HandspringError(
    'invalid_request',
    `expected a string, bytes, a Blob, a stream or a file: URL, received ${nameOf(content)}`,
  );
}

async function readUrl(url: URL, maxBytes: number): Promise<Uint8Array> {
  if (url.protocol !== 'file:')
    throw new HandspringError('invalid_request', `expected a file: URL, received one of ${url.protocol}`);
  try {
    const file = await openFile(fileURLToPath(url));
    try {
      checkSize((await file.stat()).size, maxBytes);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof HandspringError) throw cause;
    if (cause instanceof NoFileError) throw new HandspringError('invalid_request', cause.message, { cause });
    const { code = 'an error' } = cause as NodeJS.ErrnoException;
    throw new HandspringError(
      'invalid_request',
      `expected a file that can be read, the system answered ${code}`,
      {
        cause,
      },
    );
  }
}

async function readAll(chunks: AsyncIterable<unknown>, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array))
      throw new HandspringError(
        'invalid_request',
        `expected a stream of bytes, received one of ${nameOf(chunk)}`,
      );
    bytes += chunk.length;
    checkSize(bytes, maxBytes);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

function checkSize(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new HandspringError('payload_too_large', `expected at most ${maxBytes} bytes, received more`, {
    limit: 'MAX_IMAGE_BYTES',
  });
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
