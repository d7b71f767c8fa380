import type { ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { LimitName } from '../../core/errors.js';
import type { Metrics } from '../metrics.js';

export interface SlowReaderLimits {
  /** Longest time for a caller to read an answer, from when it is there and it is its turn. */
  readonly responseTimeoutMs: number;
  /** Answers that wait to be read, in bytes, all together: as many as bodies may be held. */
  readonly maxPendingBytes: number;
}

/** Often enough that the memory of unread answers does not run far ahead, and that a time-out is late by a quarter. */
const LOOK_EVERY_MS = 250;

/**
 * Ends the connections of callers that do not read their answers: they would hold the memory of them, and a service that is
 * told to stop would wait for them. Looked at from time to time, as a response that waits behind another one of its
 * connection tells nothing when that connection is gone; it is then closed from here.
 */
export class SlowReaders {
  /** Since when each answer could have been read; oldest requests first. */
  readonly #open = new Map<ServerResponse, number | undefined>();
  #watch: NodeJS.Timeout | undefined;
  #lookedAt = 0;
  #answeredSinceLook = 0;
  readonly #limits: SlowReaderLimits;
  readonly #metrics: Pick<Metrics, 'connectionsRefused' | 'limitRefusals'>;

  constructor(limits: SlowReaderLimits, metrics: Pick<Metrics, 'connectionsRefused' | 'limitRefusals'>) {
    this.#limits = limits;
    this.#metrics = metrics;
  }

  add(response: ServerResponse): void {
    const everyMs = Math.min(LOOK_EVERY_MS, this.#limits.responseTimeoutMs / 4);
    // No timer runs while many requests come in at once, and their answers fill the memory.
    if (performance.now() - this.#lookedAt >= everyMs) this.#look();
    this.#open.set(response, undefined);
    this.#lookWhenAnswered(response);
    response.once('close', () => this.#open.delete(response));
    this.#watch ??= setInterval(() => this.#look(), everyMs).unref();
  }

  /**
   * Answers made in one turn of the event loop, as those from the cache are, would fill the memory before any timer runs.
   * Node tells nobody of the end of an answer whose turn it is not yet, so that its `end` is what tells it.
   */
  #lookWhenAnswered(response: ServerResponse): void {
    const end = response.end.bind(response) as (...given: unknown[]) => ServerResponse;
    response.end = (...given: unknown[]) => {
      end(...given);
      this.#answeredSinceLook += response.writableLength;
      if (this.#answeredSinceLook > this.#limits.maxPendingBytes) this.#look();
      return response;
    };
  }

  /** Whether an answer is whole and still on its way to its caller. */
  get areReading(): boolean {
    for (const { writableEnded, req } of this.#open.keys())
      if (writableEnded && !req.socket.destroyed) return true;
    return false;
  }

  #look(): void {
    const { responseTimeoutMs, maxPendingBytes } = this.#limits;
    const now = performance.now();
    this.#lookedAt = now;
    this.#answeredSinceLook = 0;
    let bytes = 0;
    for (const [response, since = now] of this.#open) {
      if (response.req.socket.destroyed) {
        this.#tellLost(response);
        continue;
      }
      bytes += response.writableLength;
      if (response.headersSent && response.socket) {
        this.#open.set(response, since);
        if (now - since >= responseTimeoutMs) bytes -= this.#cut(response, 'RESPONSE_TIMEOUT');
      }
    }
    for (const [response] of this.#open)
      if (bytes > maxPendingBytes) bytes -= this.#cut(response, 'MAX_PENDING_BYTES');
    if (this.#open.size > 0) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  /** Node tells it only to the response whose turn it was: for that one, this is the first of two times. */
  #tellLost(response: ServerResponse): void {
    this.#open.delete(response);
    response.emit('close');
  }

  /** @returns the bytes that are not held any more */
  #cut(response: ServerResponse, option: LimitName): number {
    const { writableLength: bytes, req } = response;
    if (bytes === 0) return 0;
    if (!req.socket.destroyed) {
      this.#metrics.connectionsRefused.inc({ reason: 'slow_reader' });
      this.#metrics.limitRefusals.inc({ option });
      if (req.socket instanceof TLSSocket) req.socket.destroy();
      else req.socket.resetAndDestroy(); // what the system holds to be sent would outlive a mere close
    }
    this.#tellLost(response);
    return bytes;
  }
}
