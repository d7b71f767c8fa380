import { setMaxListeners } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import { constants } from 'node:http2';
import { Metadata, status } from '@grpc/grpc-js';
import type { StatusObject } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { HandspringError } from '../../core/errors.js';
import { callerIdOf } from '../access/caller-id.js';
import type { BodyRoom } from '../body/body-room.js';
import { toHandspringError } from '../errors.js';
import { balanceHeaders } from '../limits/count-items.js';
import type { Access } from '../limits/count-items.js';
import type { Metrics } from '../metrics.js';
import type { Lifecycle } from '../operations.js';
import { requestId, writeLine } from '../request-context.js';
import type { Tracing } from '../tracing/open-tracing.js';
import { keyOf, setCallContext } from './call-context.js';
import type { CallContext } from './call-context.js';
import { Messages } from './messages.js';
import type { OpenCalls } from './open-calls.js';
import { toStatus } from './status.js';

export interface GuardParts {
  readonly lifecycle: Lifecycle;
  readonly access?: Access | undefined;
  readonly bodyRoom: BodyRoom;
  readonly calls: OpenCalls;
  readonly maxBodyBytes: number;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly tracing?: Pick<Tracing, 'record'> | undefined;
  /** What metrics call a service, by its full name; those that are `operations` ask for no token, and answer before it is ready. */
  readonly routes: ReadonlyMap<string, string>;
}

/** For a caller to end what it is sending, once it has its answer. */
const LAST_BYTES_MS = 1000;

/** Of a definition as grpc-js has it. */
interface Method {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** One call on its way through the chain, from its metadata to its end. */
export class GuardedCall {
  readonly #parts: GuardParts;
  readonly #gone = new AbortController();
  readonly #stopping = new AbortController();
  readonly #startedMs = performance.now();
  readonly #takesStream: boolean;
  readonly #messages: Messages;
  #context: CallContext | undefined;
  #isWhole = false;
  /** When the last thing happened on a stream. */
  #quietSince = performance.now();
  readonly stream: ServerHttp2Stream;
  readonly peer: string;
  readonly isStream: boolean;
  readonly #method: string;
  readonly #route: string;
  end: (ending: StatusObject) => void = () => undefined;

  constructor(parts: GuardParts, { path, requestStream, responseStream }: Method, stream: ServerHttp2Stream) {
    const method = path.slice(1);
    setMaxListeners(0, this.#gone.signal); // one for every item of a stream
    this.#parts = parts;
    this.#method = method;
    this.#route = parts.routes.get(method.replace(/\/[^/]*$/, '')) ?? 'other';
    this.stream = stream;
    this.#takesStream = requestStream;
    this.isStream = requestStream || responseStream;
    const { remoteAddress = '', remotePort = 0 } = stream.session?.socket ?? {};
    this.peer = `${remoteAddress}:${remotePort}`;
    this.#messages = new Messages(stream, {
      maxBytes: parts.maxBodyBytes,
      hold: () => parts.bodyRoom.enter(this.#context?.callerId ?? '', 0),
      isPatient: requestStream,
      onFailure: (error) => this.fail(error),
    });
  }

  get callerId(): string {
    return this.#context?.callerId ?? '';
  }

  get waitingSince(): number | undefined {
    if (this.#isWhole) return undefined;
    if (!this.#takesStream) return this.#startedMs;
    if ((this.#context?.underWay ?? 0) > 0) {
      this.#quietSince = performance.now();
      return undefined;
    }
    return this.#messages.arrivingSince ?? this.#quietSince;
  }

  get waitsForRoom(): boolean {
    return this.#messages.waitsForRoom;
  }

  /** Whether the call may go on; one that may not has been ended. */
  open(metadata: Metadata): boolean {
    const context = this.#createContext(metadata);
    this.#context = context;
    setCallContext(context);
    try {
      this.#letIn(context);
      this.#parts.calls.add(this);
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  /** @throws HandspringError */
  #letIn(context: CallContext): void {
    const { lifecycle, access } = this.#parts;
    if (context.route === 'operations') return;
    if (lifecycle.phase() === 'starting')
      throw new HandspringError('not_ready', 'the model is being loaded; try again', {
        retryAfterSeconds: 1,
      });
    if (!access?.ring) return;
    context.key = keyOf(access.ring, context);
    context.callerId = callerIdOf('', context.key);
  }

  checkKey(): void {
    const { ring } = this.#parts.access ?? {};
    try {
      if (ring && this.#context?.key) keyOf(ring, this.#context);
    } catch (error) {
      this.fail(error);
    }
  }

  onMessage(): void {
    this.#quietSince = performance.now();
    if (this.#context) this.#context.bodyAtMs ??= Date.now();
  }

  onHalfClose(): void {
    this.#isWhole = true;
  }

  withId(metadata: Metadata): Metadata {
    if (this.#context) metadata.set('x-request-id', this.#context.id);
    return metadata;
  }

  /** @param ending Of grpc-js, whose metadata may be missing whatever its type says. */
  onStatus(
    ending: Omit<StatusObject, 'metadata'> & { readonly metadata?: Metadata | null | undefined },
  ): StatusObject {
    const metadata = this.withId(ending.metadata ?? new Metadata());
    const context = this.#context;
    if (!context) return { ...ending, metadata };
    context.outcome ??= ending.code === status.OK ? 'ok' : 'internal';
    if (context.balances.length > 0)
      for (const [name, value] of Object.entries(balanceHeaders(context.balances))) metadata.set(name, value);
    return { ...ending, metadata };
  }

  stop(): void {
    this.#stopping.abort();
  }

  readonly fail = (thrown: unknown): void => {
    const context = this.#context;
    // What the work of a call that has been ended then fails with is nobody's concern.
    if (!context || context.outcome !== undefined || this.#gone.signal.aborted) return;
    const error = toHandspringError(thrown, context.id);
    context.outcome = error.code;
    context.error = thrown;
    if (error.limit !== undefined) this.#parts.metrics.limitRefusals.inc({ option: error.limit });
    this.#messages.end();
    this.end(toStatus(error));
  };

  /** Its end, however it came to it. */
  close(deadline: Date | number): void {
    const context = this.#context;
    this.#messages.end();
    if (!context) return;
    this.#parts.calls.delete(this);
    const { sentHeaders, sentTrailers } = this.stream;
    const isTold = sentTrailers !== undefined || sentHeaders?.['grpc-status'] !== undefined;
    if (!isTold || context.outcome === undefined)
      context.outcome = Date.now() >= Number(deadline) ? 'deadline' : 'caller_gone';
    this.#gone.abort(new Error('the caller hung up'));
    this.#report(context, context.outcome);
    // Until the caller ends its side too, the stream is open, and so is the connection.
    if (!this.stream.closed)
      setTimeout(
        () => this.stream.closed || this.stream.close(constants.NGHTTP2_NO_ERROR),
        LAST_BYTES_MS,
      ).unref();
  }

  #report(context: CallContext, outcome: NonNullable<CallContext['outcome']>): void {
    const { metrics, log, tracing } = this.#parts;
    const { route, carried, startMs, bodyAtMs, facts, timings, metadata, method } = context;
    metrics.requests.inc({ route, modality: carried, outcome });
    const ms = Math.round((performance.now() - this.#startedMs) * 10) / 10;
    writeLine(log, { ...context, outcome }, { method: 'gRPC', path: `/${method}`, ms });
    if (route === 'operations') return;
    const headers = Object.fromEntries(
      Object.entries(metadata.getMap()).map(([name, value]) => [name, String(value)]),
    );
    tracing?.record({
      name: method,
      route,
      headers,
      startMs,
      bodyAtMs,
      endMs: Date.now(),
      counts: facts,
      outcome,
      timings,
    });
  }

  #createContext(metadata: Metadata): CallContext {
    const [given] = metadata.get('x-request-id').map(String);
    return {
      id: requestId(given),
      method: this.#method,
      metadata,
      signal: this.#gone.signal,
      stopping: this.#stopping.signal,
      messages: this.#messages,
      startMs: Date.now(),
      bodyAtMs: undefined,
      route: this.#route,
      carried: 'none',
      outcome: undefined,
      error: undefined,
      timings: undefined,
      key: undefined,
      callerId: callerIdOf(this.stream.session?.socket.remoteAddress ?? '', undefined),
      facts: {},
      label: undefined,
      balances: [],
      underWay: 0,
      fail: this.fail,
    };
  }
}
