import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { connect } from 'node:net';

export interface SessionOptions {
  /** An address of this machine, by which callers are told apart. */
  readonly localAddress?: string;
  /** Bytes of an answer that may come before the first of them is read. */
  readonly initialWindowSize?: number;
}

/** A connection for calls by hand. */
export function openSession(
  port: number,
  { localAddress = '127.0.0.1', initialWindowSize = 65_535 }: SessionOptions = {},
): ClientHttp2Session {
  const session = connectHttp2(`http://127.0.0.1:${port}`, {
    settings: { initialWindowSize },
    createConnection: () => connect({ port, host: '127.0.0.1', localAddress }),
  });
  return session.on('error', () => undefined);
}

/**
 * A call of which nothing has been sent but its header lines, and nothing is read.
 * @param path `handspring.v1.Embeddings/Embed`
 */
export function openCall(
  session: ClientHttp2Session,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): ClientHttp2Stream {
  const stream = session.request({
    ':method': 'POST',
    ':path': `/${path}`,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
  return stream.on('error', () => undefined);
}

/** The status that a call ends with, which sets it flowing; `undefined` where its connection ends without one. */
export function endingOf(
  stream: ClientHttp2Stream,
): Promise<{ readonly code: number; readonly details: string } | undefined> {
  return new Promise((resolve) => {
    const take = (headers: Record<string, unknown>) => {
      if (headers['grpc-status'] === undefined) return;
      const details = decodeURIComponent(String(headers['grpc-message']));
      resolve({ code: Number(headers['grpc-status']), details });
    };
    stream
      .once('response', take)
      .once('trailers', take)
      .once('close', () => resolve(undefined))
      .resume();
  });
}

/** A message as it is sent: five bytes with its length before it. */
export function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
