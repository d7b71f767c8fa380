import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { IncomingMessage, RequestListener, Server, ServerOptions, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AnswersUnderWay } from './answers-under-way.js';
import { answerBadHttp, hasHost } from './bad-http.js';
import type { Metrics } from './metrics.js';
import { Connections } from './limits/connections.js';
import { SlowReaders } from './limits/slow-readers.js';
import type { ServedCertificate } from './tls/watch-certificate.js';
import type { SlowReaderLimits } from './limits/slow-readers.js';

/** Longer than the 90 s for which Go keeps an idle connection: older Weaviates fail when the server closes one first. */
const KEEP_ALIVE_MS = 120_000;
/** Weaviate opens connections in bursts; Node's default of 511 is what the kernel then drops beyond. */
const BACKLOG = 4096;

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
  /** Absent where it answers without TLS. */
  readonly tls?: ServedCertificate | undefined;
}

/** Longer than the pause between two requests of a caller who is busy. */
const LINGER_MS = 500;

/** A server that listens, and where. Resolves once connections are accepted. */
export async function listen(
  app: RequestListener,
  options: ListenOptions,
): Promise<{ server: Server; port: number }> {
  const { headersTimeoutMs, bodyTimeoutMs, host, port, tls } = options;
  const underWay = new AnswersUnderWay();
  const connections = new Connections(options.maxConnections, underWay, options.metrics);
  const slowReaders = new SlowReaders(options, options.metrics);
  const server = openServer(tls, {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: headersTimeoutMs,
    requestTimeout: headersTimeoutMs + bodyTimeoutMs, // Node counts it from the opening of a connection, too
    connectionsCheckingInterval: checkingInterval(options),
    requireHostHeader: false, // answered in JSON by `hasHost`
  });
  spareReaders(server, slowReaders);
  connections.watch(server, tls ? 'secureConnection' : 'connection');
  answerBadHttp(server, underWay, options, options.metrics);
  const answer: RequestListener = (request, response) => {
    if (connections.isRefused(request.socket)) return;
    // A request that was under way when the server closed leaves a kept connection behind, which would hold it open.
    response.on('close', () => setImmediate(() => server.listening || server.closeIdleConnections()));
    slowReaders.add(response);
    underWay.add(response);
    if (hasHost(request, response, options.metrics)) app(request, response);
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
      // A connection that cannot be accepted, such as for want of descriptors; the service goes on with those it has.
      server.on('error', () => options.metrics.connectionsRefused.inc({ reason: 'limit' }));
      resolve();
    });
  });
  return { server, port: (server.address() as AddressInfo).port };
}

function openServer(tls: ServedCertificate | undefined, options: ServerOptions): Server {
  if (!tls) return createServer(options);
  const { cert, key } = tls.current;
  const handshakeTimeout = options.headersTimeout;
  const server = createTlsServer({ ...options, cert, key, ...(handshakeTimeout && { handshakeTimeout }) });
  tls.follow(server);
  return server;
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
