import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { HandspringError } from '../core/errors.js';
import type { ErrorCode } from '../core/errors.js';
import type { AnswersUnderWay } from './answers-under-way.js';
import { NATIVE_FAILURE } from './contracts/failure-form.js';
import type { FailureForm } from './contracts/failure-form.js';
import { failureFormOf } from './contracts/failure-forms.js';
import { STATUS } from './errors.js';
import type { Metrics } from './metrics.js';

export interface RequestTimes {
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
}

/** With the bytes that were last read, where it is the parser's. */
type ClientError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

type BadHttpMetrics = Pick<Metrics, 'connectionsRefused' | 'limitRefusals'>;

/** Answers in JSON what is no request that express could be given: Weaviate parses every body. */
export function answerBadHttp(
  server: Server,
  underWay: AnswersUnderWay,
  times: RequestTimes,
  metrics: BadHttpMetrics,
): void {
  const told = new WeakSet<Duplex>();
  /** After the answers to what came before on the connection. */
  const endOnce = (socket: Socket, error: ClientError) => {
    if (told.has(socket)) return;
    told.add(socket);
    underWay.whenAnswered(socket, () =>
      endWith(socket, ...describe(error, times, metrics), formOf(error.rawPacket)),
    );
  };
  server.on('clientError', (error: ClientError, stream: Duplex) => {
    const socket = stream as Socket;
    if (error.code === 'ECONNRESET' || !socket.writable || isOfHandshake(error)) socket.destroy();
    else endOnce(socket, error);
  });
  server.on('connect', (_request: IncomingMessage, stream: Duplex) => {
    const socket = stream as Socket;
    socket.on('error', () => socket.destroy());
    metrics.connectionsRefused.inc({ reason: 'not_http' });
    underWay.whenAnswered(socket, () =>
      endWith(socket, 'method_not_allowed', 'expected a request to this service, received CONNECT'),
    );
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) =>
    refuse(response, 417, 'Expect: expected 100-continue or nothing, received another value', metrics),
  );
}

/** There is nothing that a caller without TLS, or with another one, could be answered in. */
function isOfHandshake({ code = '' }: ClientError): boolean {
  return /^(?:ERR_SSL|ERR_TLS|EPROTO)/.test(code);
}

/**
 * Whether a request names its host as HTTP/1.1 demands (RFC 9112, section 3.2): once. One that does not has been answered.
 */
export function hasHost(
  request: IncomingMessage,
  response: ServerResponse,
  metrics: BadHttpMetrics,
): boolean {
  const hosts = request.headersDistinct['host']?.length ?? 0;
  if (hosts === 1 || (hosts === 0 && request.httpVersion === '1.0')) return true;
  refuse(response, 400, `Host: expected one such header line, received ${hosts}`, metrics);
  return false;
}

function refuse(response: ServerResponse, status: number, error: string, metrics: BadHttpMetrics): void {
  metrics.connectionsRefused.inc({ reason: 'not_http' });
  const failure = new HandspringError('invalid_request', error);
  const body = JSON.stringify(failureFormOf(response.req.url ?? '').render(failure, status));
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  });
  response.end(body);
}

/** What is wrong, counted. */
function describe(
  error: NodeJS.ErrnoException,
  { headersTimeoutMs, bodyTimeoutMs }: RequestTimes,
  metrics: BadHttpMetrics,
): [ErrorCode, error: string, status: number] {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      metrics.connectionsRefused.inc({ reason: 'headers_too_large' });
      return ['invalid_request', 'the request headers are too large', 431];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      metrics.connectionsRefused.inc({ reason: 'timeout' });
      // A body that a route reads is timed there, so what is late here is mostly header lines.
      metrics.limitRefusals.inc({ option: 'HEADERS_TIMEOUT' });
      return [
        'request_timeout',
        `the request took too long to arrive (HEADERS_TIMEOUT=${headersTimeoutMs} ms, BODY_TIMEOUT=${bodyTimeoutMs} ms)`,
        STATUS.request_timeout,
      ];
    default:
      metrics.connectionsRefused.inc({ reason: 'not_http' });
      return ['invalid_request', 'the request is not HTTP/1.1', STATUS.invalid_request];
  }
}

const REASON: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
};

/** The form that a request line asks for, if the bytes begin with one: what comes later in a request tells nothing. */
function formOf(bytes: Buffer | undefined): FailureForm {
  const [, url] = /^[A-Z]+ (\S+) HTTP\//.exec(bytes?.toString('latin1', 0, 2048) ?? '') ?? [];
  return url === undefined ? NATIVE_FAILURE : failureFormOf(url);
}

/** Answers on a connection without a response of Node's, and ends it. */
export function endWith(
  socket: Socket,
  code: ErrorCode,
  error: string,
  status: number = STATUS[code],
  form = NATIVE_FAILURE,
): void {
  const body = JSON.stringify(form.render(new HandspringError(code, error), status));
  socket.end(
    `HTTP/1.1 ${status} ${REASON[status] ?? ''}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
