import type { Server, Socket } from 'node:net';
import { toCountedAddress } from '../access/address.js';
import { endWith } from '../bad-http.js';
import type { Metrics } from '../metrics.js';

/** For a refused caller to read why, before its connection is cut. */
const REFUSAL_MS = 1000;
/** Connections over the limit that linger at once; beyond them the system's refusal has to do. */
export const MAX_LINGERING = 256;

/** Whether a caller waits for something on a connection. */
export interface UnderWay {
  isBusy(socket: Socket): boolean;
}

/**
 * Holds a server to a number of connections. When all are taken, a caller that has fewer takes the place of one on which the
 * caller with most of them waits for nothing; else a connection too many learns why, and is cut.
 */
export class Connections {
  readonly #ofCaller = new Map<string, Set<Socket>>();
  readonly #refused = new WeakSet<Socket>();
  #open = 0;
  readonly #limit: number;
  readonly #underWay: UnderWay;
  readonly #metrics: Pick<Metrics, 'connectionsRefused' | 'limitRefusals'>;
  readonly #tell: (socket: Socket, error: string) => void;

  /** @param tell How a connection too many learns so; over HTTP if absent. */
  constructor(
    limit: number,
    underWay: UnderWay,
    metrics: Pick<Metrics, 'connectionsRefused' | 'limitRefusals'>,
    tell = (socket: Socket, error: string) => endWith(socket, 'overloaded', error),
  ) {
    this.#tell = tell;
    this.#limit = limit;
    this.#underWay = underWay;
    this.#metrics = metrics;
  }

  /** @param event With which the server tells of a connection; those whose handshake is not over are not counted one by one. */
  watch(server: Server, event: 'connection' | 'secureConnection' = 'connection'): void {
    server.maxConnections = this.#limit + MAX_LINGERING;
    server.on('drop', () => this.#count());
    server.on(event, (socket: Socket) => this.#take(socket));
  }

  /** Whether a connection was over the limit, and only lingers to read so. */
  isRefused(socket: Socket): boolean {
    return this.#refused.has(socket);
  }

  #take(socket: Socket): void {
    const caller = toCountedAddress(socket.remoteAddress ?? '');
    const own = this.#ofCaller.get(caller) ?? new Set();
    if (this.#open >= this.#limit && !this.#makeRoomFor(own.size)) return this.#refuse(socket);
    this.#open++;
    this.#ofCaller.set(caller, own.add(socket));
    socket.once('close', () => this.#forget(caller, socket));
  }

  #forget(caller: string, socket: Socket): void {
    const own = this.#ofCaller.get(caller);
    if (!own?.delete(socket)) return;
    this.#open--;
    if (own.size === 0) this.#ofCaller.delete(caller);
  }

  #makeRoomFor(has: number): boolean {
    const [most] = [...this.#ofCaller].sort(([, one], [, other]) => other.size - one.size);
    if (!most || most[1].size <= has + 1) return false;
    const [caller, sockets] = most;
    for (const socket of sockets) {
      if (this.#underWay.isBusy(socket)) continue;
      this.#count();
      this.#forget(caller, socket);
      socket.destroy();
      return true;
    }
    return false;
  }

  #refuse(socket: Socket): void {
    this.#refused.add(socket); // not counted while it lingers: callers that try again at once would keep all others out
    this.#count();
    this.#tell(socket, `${this.#limit} connections are open, the limit (MAX_CONNECTIONS); try again`);
    const cut = setTimeout(() => socket.destroy(), REFUSAL_MS).unref();
    socket.once('close', () => clearTimeout(cut));
  }

  #count(): void {
    this.#metrics.connectionsRefused.inc({ reason: 'limit' });
    this.#metrics.limitRefusals.inc({ option: 'MAX_CONNECTIONS' });
  }
}
