import type { Duplex } from 'node:stream';
import { HandspringError } from '../../core/errors.js';
import type { HeldBody } from '../body/body-room.js';

/** A byte that says whether it is compressed, and four with its length: gRPC's protocol over HTTP/2, "Length-Prefixed-Message". */
const HEAD_BYTES = 5;
/** Until room for a stream is asked for again: it is given back by many, and an item takes longer. */
const ASK_AGAIN_MS = 20;

export interface MessagesOptions {
  readonly maxBytes: number;
  /** Room for a message that begins. */
  readonly hold: () => HeldBody;
  /** Wait for room, and have the sender wait, where another call is refused. */
  readonly isPatient: boolean;
  /** What is wrong with the messages; nothing after it is looked at. */
  readonly onFailure: (error: HandspringError) => void;
}

/**
 * Holds a call's messages against MAX_PENDING_BYTES as they arrive, as bodies over HTTP are: grpc-js gathers each one whole
 * before anyone hears of it, as many as there are calls.
 */
export class Messages {
  readonly #stream: Duplex;
  readonly #options: MessagesOptions;
  readonly #head = Buffer.alloc(HEAD_BYTES);
  readonly #whole: HeldBody[] = [];
  #headBytes = 0;
  #left = 0;
  #arriving: HeldBody | undefined;
  /** Bytes that are here already, for which there was no room. */
  #owed = 0;
  #asking: NodeJS.Timeout | undefined;
  #arrivingSince: number | undefined;
  #isOver = false;

  /** @param stream The call's, before anything of it was read. */
  constructor(stream: Duplex, options: MessagesOptions) {
    this.#stream = stream;
    this.#options = options;
    // Before grpc-js, and without setting the stream flowing, as `on` would.
    stream.prependListener('data', (bytes: Buffer) => this.#take(bytes));
  }

  /** Since when a message has been arriving, by `performance.now()`. */
  get arrivingSince(): number | undefined {
    return this.#arrivingSince;
  }

  /** Whether it is the service that the message waits for. */
  get waitsForRoom(): boolean {
    return this.#owed > 0;
  }

  /** The room of the message that was read next; to be released by whoever works on it. */
  next(): HeldBody | undefined {
    return this.#whole.shift();
  }

  /** Gives back all room, and takes no more. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#asking);
    this.#arriving?.release();
    for (const held of this.#whole.splice(0)) held.release();
  }

  #take(bytes: Buffer): void {
    for (let at = 0; at < bytes.length && !this.#isOver;) {
      if (this.#headBytes < HEAD_BYTES) {
        const count = bytes.copy(this.#head, this.#headBytes, at, at + HEAD_BYTES - this.#headBytes);
        this.#headBytes += count;
        at += count;
        this.#arrivingSince ??= performance.now();
        if (this.#headBytes === HEAD_BYTES) this.#begin();
      } else {
        const count = Math.min(this.#left, bytes.length - at);
        this.#left -= count;
        at += count;
        this.#grow(count);
      }
      if (this.#headBytes === HEAD_BYTES && this.#left === 0) this.#finish();
    }
  }

  #begin(): void {
    const { maxBytes, hold } = this.#options;
    this.#left = this.#head.readUInt32BE(1);
    if (this.#head[0] !== 0)
      // Its size once unpacked would be anyone's guess, and photos do not get smaller.
      return this.#fail(
        new HandspringError('invalid_request', 'message: expected it uncompressed, received it compressed'),
      );
    if (this.#left > maxBytes)
      return this.#fail(
        new HandspringError(
          'payload_too_large',
          `message: expected at most ${maxBytes} bytes (MAX_BODY_BYTES), received ${this.#left}`,
          { limit: 'MAX_BODY_BYTES' },
        ),
      );
    this.#arriving = hold();
    this.#arriving.onTakenBack(this.#fail);
  }

  #grow(bytes: number): void {
    try {
      this.#arriving?.grow(this.#owed + bytes);
      this.#owed = 0;
    } catch (error) {
      if (!this.#options.isPatient) return this.#fail(error as HandspringError);
      this.#owed += bytes;
      this.#stream.pause();
      this.#askAgain();
    }
  }

  #askAgain(): void {
    this.#asking ??= setTimeout(() => {
      this.#asking = undefined;
      this.#grow(0);
      if (this.#owed === 0 && !this.#isOver) this.#stream.resume();
    }, ASK_AGAIN_MS);
  }

  #finish(): void {
    this.#headBytes = 0;
    this.#arrivingSince = undefined;
    if (!this.#arriving) return;
    this.#arriving.finish();
    this.#whole.push(this.#arriving);
    this.#arriving = undefined;
  }

  readonly #fail = (error: HandspringError): void => {
    if (this.#isOver) return;
    this.end();
    this.#options.onFailure(error);
  };
}
