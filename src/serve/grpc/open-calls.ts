import type { ServerHttp2Stream } from 'node:http2';
import { HandspringError } from '../../core/errors.js';
import type { LimitName } from '../../core/errors.js';
import type { Metrics } from '../metrics.js';
import { Sets } from './sets.js';

export interface OpenCallLimits {
  /** Calls at once, as over HTTP a connection carries one request at a time. */
  readonly maxConnections: number;
  /** Longest time for a message to arrive, and for a stream on which nothing happens. */
  readonly bodyTimeoutMs: number;
  /** Longest time in which nothing of what is answered is read. */
  readonly responseTimeoutMs: number;
  /** Answers that wait to be read, in bytes, all together. */
  readonly maxPendingBytes: number;
}

/** A call as its limits see it. */
export interface OpenCall {
  readonly stream: ServerHttp2Stream;
  /** The connection, by its other end. */
  readonly peer: string;
  /** Who asks: see `callerIdOf`. */
  readonly callerId: string;
  /** Whether it may go on for as long as its caller likes. */
  readonly isStream: boolean;
  /** Since when the caller owes something: a message, or its end. */
  readonly waitingSince: number | undefined;
  /** Whether that is because the service has no room for it. */
  readonly waitsForRoom: boolean;
  /** Ends it if the key that let it in would not any more. */
  readonly checkKey: () => void;
  /** Tells it that the service is to stop. */
  readonly stop: () => void;
  /** Ends it with an error. */
  readonly fail: (error: HandspringError) => void;
}

interface Entry {
  /** Since when no more has been read of what waits to be read. */
  unreadSince: number | undefined;
  unread: number;
}

const LOOK_EVERY_MS = 250;

/**
 * The calls that are open, their number, and how long each may have the service wait. When there are as many as there may be, a
 * caller that has fewer takes the place of one of the caller with most of them: one whose message has not come, else a stream.
 */
export class OpenCalls {
  readonly #calls = new Map<OpenCall, Entry>();
  /** Those that count: one that gave way is still watched until it has ended. */
  readonly #ofCaller = new Sets<OpenCall>();
  readonly #ofPeer = new Sets<OpenCall>();
  readonly #limits: OpenCallLimits;
  readonly #metrics: Pick<Metrics, 'connectionsRefused' | 'limitRefusals'>;
  #watch: NodeJS.Timeout | undefined;

  constructor(limits: OpenCallLimits, metrics: Pick<Metrics, 'connectionsRefused' | 'limitRefusals'>) {
    this.#limits = limits;
    this.#metrics = metrics;
  }

  /** @throws HandspringError `overloaded` if there are too many. */
  add(call: OpenCall): void {
    const { maxConnections, bodyTimeoutMs, responseTimeoutMs } = this.#limits;
    if (this.#ofCaller.total >= maxConnections && !this.#makeRoomFor(call.callerId))
      throw tooManyCalls(`${maxConnections} calls are open, the limit (MAX_CONNECTIONS); try again`);
    this.#calls.set(call, { unreadSince: undefined, unread: 0 });
    this.#ofCaller.add(call.callerId, call);
    this.#ofPeer.add(call.peer, call);
    const everyMs = Math.min(LOOK_EVERY_MS, bodyTimeoutMs / 4, responseTimeoutMs / 4);
    this.#watch ??= setInterval(() => this.#look(), everyMs).unref();
  }

  delete(call: OpenCall): void {
    if (!this.#calls.delete(call)) return;
    this.#ofCaller.delete(call.callerId, call);
    this.#ofPeer.delete(call.peer, call);
    if (this.#calls.size > 0) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  /** Has those end that would go on for as long as their callers like. */
  stop(): void {
    for (const call of this.#calls.keys()) call.stop();
  }

  /** Whether a connection has calls. */
  hasCalls(peer: string): boolean {
    return this.#ofPeer.of(peer).size > 0;
  }

  /** Whether one of them would not give way to another caller's. */
  isBusy(peer: string): boolean {
    return [...this.#ofPeer.of(peer)].some((call) => !isWaiting(call) && !call.isStream);
  }

  #makeRoomFor(callerId: string): boolean {
    const most = [...this.#ofCaller.largest];
    if (most.length <= this.#ofCaller.of(callerId).size + 1) return false;
    const given = most.find(isWaiting) ?? most.find(({ isStream }) => isStream);
    if (!given) return false;
    this.#ofCaller.delete(given.callerId, given);
    const { maxConnections } = this.#limits;
    given.fail(
      tooManyCalls(
        `gave way to a caller with fewer calls, as ${maxConnections} are open, the limit (MAX_CONNECTIONS); try again`,
      ),
    );
    return true;
  }

  #look(): void {
    const { bodyTimeoutMs, responseTimeoutMs, maxPendingBytes } = this.#limits;
    const now = performance.now();
    let bytes = 0;
    for (const [call, entry] of this.#calls) {
      if (call.isStream) call.checkKey();
      if (now - (call.waitingSince ?? now) >= bodyTimeoutMs) this.#tellLate(call);
      const { writableLength: unread } = call.stream;
      if (unread === 0) entry.unreadSince = undefined;
      else if (unread !== entry.unread) entry.unreadSince = now;
      entry.unread = unread;
      bytes += unread;
      if (now - (entry.unreadSince ?? now) >= responseTimeoutMs) bytes -= this.#cut(call, 'RESPONSE_TIMEOUT');
    }
    for (const [call] of this.#calls)
      if (bytes > maxPendingBytes) bytes -= this.#cut(call, 'MAX_PENDING_BYTES');
  }

  #tellLate(call: OpenCall): void {
    const { bodyTimeoutMs, maxPendingBytes } = this.#limits;
    if (call.waitsForRoom)
      return call.fail(
        new HandspringError(
          'overloaded',
          `no room for the message within ${bodyTimeoutMs} ms (MAX_PENDING_BYTES=${maxPendingBytes}); try again`,
          { limit: 'MAX_PENDING_BYTES', retryAfterSeconds: 1 },
        ),
      );
    this.#metrics.connectionsRefused.inc({ reason: 'timeout' });
    call.fail(
      new HandspringError(
        'request_timeout',
        `message: expected all of it, or the end of the stream, within BODY_TIMEOUT=${bodyTimeoutMs} ms, received it slower`,
        { limit: 'BODY_TIMEOUT' },
      ),
    );
  }

  /**
   * A status would wait behind what is not read, so the whole connection goes.
   * @returns the bytes that are not held any more
   */
  #cut(call: OpenCall, option: LimitName): number {
    const { writableLength: bytes, session } = call.stream;
    if (bytes === 0) return 0;
    this.#metrics.connectionsRefused.inc({ reason: 'slow_reader' });
    this.#metrics.limitRefusals.inc({ option });
    session?.destroy();
    this.delete(call);
    return bytes;
  }
}

/** Whether it is the caller who has to go on. */
function isWaiting({ waitingSince, waitsForRoom }: OpenCall): boolean {
  return waitingSince !== undefined && !waitsForRoom;
}

function tooManyCalls(message: string): HandspringError {
  return new HandspringError('overloaded', message, { limit: 'MAX_CONNECTIONS', retryAfterSeconds: 1 });
}
