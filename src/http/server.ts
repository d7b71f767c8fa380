import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Longer than the 90 s for which Go keeps an idle connection: older Weaviates fail when the server closes one first. */
const KEEP_ALIVE_MS = 120_000;
/** Time for a request's header lines and, together, its whole body (slow clients). */
const HEADERS_TIMEOUT_MS = 125_000;
const REQUEST_TIMEOUT_MS = 300_000;
/** Weaviate opens connections in bursts; Node's default of 511 is what the kernel then drops beyond. */
const BACKLOG = 4096;

/** Longer than the pause between two requests of a caller who is busy. */
const LINGER_MS = 500;

/** A server that listens, and where. Resolves once connections are accepted. */
export async function listen(
  app: RequestListener,
  host: string,
  port: number,
): Promise<{ server: Server; port: number }> {
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
    },
    app,
  );
  server.on('clientError', answerBadHttp);
  server.on('request', (_request, response) => {
    // A request that was under way when the server closed leaves a kept connection behind, which would hold it open.
    response.on('close', () => setImmediate(() => server.listening || server.closeIdleConnections()));
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

/** What is not HTTP never reaches express, and still gets a JSON error: Weaviate parses every body. */
function answerBadHttp(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, what] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'the request headers are too large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'the request took too long to arrive']
        : ['400 Bad Request', 'the request is not HTTP/1.1'];
  const body = JSON.stringify({ error: what, code: 'invalid_request' });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
