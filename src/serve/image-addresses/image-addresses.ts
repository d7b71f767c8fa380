import type { Logger } from 'pino';
import { Budget } from '../../core/budget.js';
import type { LoadOptions, PendingContent } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import { WorkSignal } from '../../core/work-signal.js';
import type { HeldBody } from '../body/body-room.js';
import type { Metrics } from '../metrics.js';
import type { AllowedHost } from './allowed-hosts.js';
import { fetchImage } from './fetch-image.js';
import type { FetchSettings } from './fetch-image.js';
import { parseAddress, withoutQuery } from './parse-address.js';
import type { AllowedAddress } from './parse-address.js';
import { ADDRESS_REFUSALS, AddressRefusal } from './refusal.js';
import { SYSTEM_RESOLVERS } from './resolve-host.js';
import type { Resolvers } from './resolve-host.js';
import { TurnsByKey } from './turns-by-key.js';

export interface ImageAddressOptions {
  /** At least one: without, no address is looked at. */
  readonly hosts: readonly AllowedHost[];
  readonly maxImageBytes: number;
  /** Most addresses that are waited for at once, beyond those of one request alone. */
  readonly maxWaiting: number;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'imageAddresses'>;
  readonly resolvers?: Resolvers;
  readonly ca?: string;
  /** Longest time to connect, and for an image in all, redirects included. */
  readonly connectMs?: number;
  readonly totalMs?: number;
}

/** Who asks: a request's own part of what all share. */
export interface AddressCaller {
  readonly requestId: string;
  /** Whose share of turns it takes. */
  readonly id: string;
  /** Room for bytes that are to come, of what all request bodies share. */
  readonly hold: () => HeldBody;
}

interface AddressRequest extends AddressCaller {
  readonly turns: Budget;
  waiting: number;
  isTold: boolean;
}

interface FetchTurn extends LoadOptions {
  readonly room: HeldBody;
  readonly endTurn: () => void;
}

const AT_ONCE = { request: 4, caller: 8, host: 4, all: 16 };

/** Images behind addresses, for all requests: fetched by the rules of SECURITY.md and no faster than they are prepared. */
export class ImageAddresses {
  readonly #options: ImageAddressOptions;
  readonly #settings: FetchSettings;
  readonly #all = new Budget({ capacity: AT_ONCE.all });
  readonly #hosts = new TurnsByKey(AT_ONCE.host);
  readonly #callers = new TurnsByKey(AT_ONCE.caller);
  #waiting = 0;

  constructor(options: ImageAddressOptions) {
    this.#options = options;
    const { connectMs = 3000, resolvers = SYSTEM_RESOLVERS } = options;
    this.#settings = { ...options, connectMs, resolvers };
    for (const outcome of ['ok', ...ADDRESS_REFUSALS]) options.metrics.imageAddresses.inc({ outcome }, 0);
  }

  /** What a request's contract makes of an address: nothing is asked for before the engine wants it. */
  ofRequest(caller: AddressCaller): (address: string) => PendingContent {
    const request = {
      ...caller,
      turns: new Budget({ capacity: AT_ONCE.request }),
      waiting: 0,
      isTold: false,
    };
    return (address) => ({ load: (options) => this.#load(address, request, options) });
  }

  /** The turns of request, caller and all last until the image is prepared: no more of them lie in memory. */
  async #load(address: string, request: AddressRequest, options: LoadOptions) {
    const held: (() => void)[] = [this.#wait(request)];
    const release = () => held.splice(0).forEach((giveBack) => giveBack());
    try {
      const parsed = parseAddress(address, this.#settings.hosts);
      held.push(await request.turns.acquire(1, options));
      held.push(await this.#callers.take(request.id, options));
      const endTurn = await this.#hosts.take(parsed.url.hostname, options);
      held.push(endTurn);
      held.push(await this.#all.acquire(1, options));
      const room = request.hold();
      held.push(() => room.release());
      const content = await this.#fetch(parsed, { room, endTurn, ...options });
      this.#options.metrics.imageAddresses.inc({ outcome: 'ok' });
      return { content, release };
    } catch (error) {
      release();
      throw error instanceof AddressRefusal ? this.#told(error, address, request) : error;
    }
  }

  /**
   * Counts an address until it is prepared. It holds a permit of the engine all that time, however slow its host is: without a bound
   * of their own, a few small requests would keep all others out.
   * @throws HandspringError `overloaded`
   */
  #wait(request: AddressRequest): () => void {
    const { maxWaiting } = this.#options;
    if (this.#waiting >= maxWaiting && this.#waiting > request.waiting) {
      throw new HandspringError(
        'overloaded',
        `${this.#waiting} images are being fetched by their addresses, which may take half of MAX_PENDING_ITEMS; try again`,
        { limit: 'MAX_PENDING_ITEMS', retryAfterSeconds: 1 },
      );
    }
    this.#waiting++;
    request.waiting++;
    return () => {
      this.#waiting--;
      request.waiting--;
    };
  }

  async #fetch(address: AllowedAddress, { room, endTurn, signal, urgent }: FetchTurn): Promise<Uint8Array> {
    const { totalMs = 10_000 } = this.#options;
    const work = new WorkSignal(totalMs, signal);
    room.onTakenBack((error) => work.abort(error));
    try {
      const image = await fetchImage(address, this.#settings, {
        signal: work.signal,
        endTurn,
        turnAt: ({ hostname }) => this.#hosts.take(hostname, { urgent, signal: work.signal }),
        onBytes: (bytes) => room.grow(bytes),
      });
      room.finish();
      return image;
    } catch (error) {
      throw work.isLate ? new AddressRefusal('timeout') : error;
    } finally {
      work.dispose();
    }
  }

  /** For the log all; for the caller one message for all that depends on where an address leads. A size is told as of every image. */
  #told({ reason, cause }: AddressRefusal, address: string, request: AddressRequest): HandspringError {
    const { metrics, log, maxImageBytes } = this.#options;
    metrics.imageAddresses.inc({ outcome: reason });
    const why = cause instanceof Error ? cause.message : undefined;
    const { requestId } = request;
    // The first fails its request: a line for each of the others would fill the log.
    if (!request.isTold)
      log.warn({ requestId, address: withoutQuery(address), reason, why }, 'an image address was not used');
    request.isTold = true;
    if (reason !== 'too_large')
      return new HandspringError('invalid_image', 'the address could not be used', { reason: 'address' });
    return new HandspringError(
      'payload_too_large',
      `expected an image of at most ${maxImageBytes} bytes (MAX_IMAGE_BYTES), received more`,
      { limit: 'MAX_IMAGE_BYTES' },
    );
  }
}
