import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ErrorCode } from '../core/errors.js';
import type { Metrics } from './metrics.js';
import { STATUS } from './errors.js';
import { SlowReaders } from './limits/slow-readers.js';
import type { SlowReaderLimits } from './limits/slow-readers.js';

/** Longer than the 90 s for which Go keeps an idle connection: older Weaviates fail when the server closes one first. */
const KEEP_ALIVE_MS = 120_000;
/** Weaviate opens connections in bursts; Node's default of 511 is what the kernel then drops beyond. */
const BACKLOG = 4096;
/** For a refused caller to read why, before its connection is cut. */
const REFUSAL_MS = 1000;
/** Connections over the limit that linger at once; beyond them the system's refusal has to do. */
const MAX_LINGERING = 256;

export interface ConnectionLimits extends SlowReaderLimits {
  readonly maxConnections: number;
  /** Time for a request's header lines; runs from the opening of a connection too. */
  readonly headersTimeoutMs: number;
  /** Time for the body after them. Kept more strictly where a body is read; this is for all else. */
  readonly bodyTimeoutMs: number;
}

export interface ListenOptions extends ConnectionLimits {
  readonly host: string;
  readonly port: number;
  readonly metrics: Pick<Metrics, 'connectionsRefused' | 'limitRefusals'>;
}

/** Longer than the pause between two requests of a caller who is busy. */
const LINGER_MS = 500;

/** A server that listens, and where. Resolves once connections are accepted. */
export async function listen(
  app: RequestListener,
  options: ListenOptions,
): Promise<{ server: Server; port: number }> {
  const { headersTimeoutMs, bodyTimeoutMs, host, port } = options;
  const refused = new WeakSet<Socket>();
  const slowReaders = new SlowReaders(options, options.metrics);
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: headersTimeoutMs,
    requestTimeout: headersTimeoutMs + bodyTimeoutMs, // Node counts it from the opening of a connection, too
    connectionsCheckingInterval: checkingInterval(options),
  });
  spareReaders(server, slowReaders);
  limitConnections(server, refused, options);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    refused.has(socket) ? socket.destroy() : answerBadHttp(error, socket, options),
  );
  const answer: RequestListener = (request, response) => {
    if (refused.has(request.socket)) return;
    // A request that was under way when the server closed leaves a kept connection behind, which would hold it open.
    response.on('close', () => setImmediate(() => server.listening || server.closeIdleConnections()));
    slowReaders.add(response);
    app(request, response);
  };
  server.on('request', answer);
  // Whoever reads the body asks for it (`readBody`). Where nobody does, what comes next on the connection could be either.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('Connection', 'close');
    answer(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/**
 * Answers for a moment longer, then stops accepting; resolves when every request under way has been answered. In that
 * moment each answer asks for its connection to be closed, so that callers who keep sending let go of theirs before the
 * idle ones are cut: Go reports a request that meets a cut connection as failed.
 */
export async function closeGracefully(server: Server, lingerMs = LINGER_MS): Promise<void> {
  await sleep(lingerMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

/**
 * Node takes a connection for idle once its answer is ended, though the caller still reads it, and would cut it off there;
 * `close` does so too. While anyone reads, none is closed: it is tried again after each answer, and those that do not read
 * are cut by `SlowReaders`.
 */
function spareReaders(server: Server, slowReaders: SlowReaders): void {
  const closeIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {
    if (!slowReaders.areReading) closeIdle();
  };
}

/** Often enough that a time-out is late by a quarter at most. */
function checkingInterval({ headersTimeoutMs, bodyTimeoutMs }: ConnectionLimits): number {
  return Math.max(100, Math.min(headersTimeoutMs, bodyTimeoutMs) / 4);
}

/** A connection too many learns why, and is cut. */
function limitConnections(
  server: Server,
  refused: WeakSet<Socket>,
  { maxConnections, metrics }: ListenOptions,
): void {
  let open = 0;
  server.maxConnections = maxConnections + MAX_LINGERING;
  server.on('drop', () => {
    metrics.connectionsRefused.inc({ reason: 'limit' });
    metrics.limitRefusals.inc({ option: 'MAX_CONNECTIONS' });
  });
  server.on('connection', (socket: Socket) => {
    if (open < maxConnections) {
      open++;
      socket.once('close', () => open--);
      return;
    }
    refused.add(socket); // not counted while it lingers: callers that try again at once would keep all others out
    metrics.connectionsRefused.inc({ reason: 'limit' });
    metrics.limitRefusals.inc({ option: 'MAX_CONNECTIONS' });
    endWith(
      socket,
      'overloaded',
      `${maxConnections} connections are open, the limit (MAX_CONNECTIONS); try again`,
    );
    const cut = setTimeout(() => socket.destroy(), REFUSAL_MS).unref();
    socket.once('close', () => clearTimeout(cut));
  });
}

/** What is not HTTP never reaches express, and still gets a JSON error: Weaviate parses every body. */
function answerBadHttp(
  error: NodeJS.ErrnoException,
  socket: Socket,
  { headersTimeoutMs, bodyTimeoutMs, metrics }: ListenOptions,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [reason, code, what, status] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? (['headers_too_large', 'invalid_request', 'the request headers are too large', 431] as const)
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ([
            'timeout',
            'request_timeout',
            `the request took too long to arrive (HEADERS_TIMEOUT=${headersTimeoutMs} ms, BODY_TIMEOUT=${bodyTimeoutMs} ms)`,
          ] as const)
        : (['not_http', 'invalid_request', 'the request is not HTTP/1.1'] as const);
  metrics.connectionsRefused.inc({ reason });
  // A body that a route reads is timed there, so what is late here is mostly header lines.
  if (reason === 'timeout') metrics.limitRefusals.inc({ option: 'HEADERS_TIMEOUT' });
  endWith(socket, code, what, status);
}

const REASON: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
};

function endWith(socket: Socket, code: ErrorCode, error: string, status: number = STATUS[code]): void {
  const body = JSON.stringify({ error, code });
  socket.end(
    `HTTP/1.1 ${status} ${REASON[status] ?? ''}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
