import { HandspringError } from '../../core/errors.js';

/** Bodies up to this size have room of their own, a sixteenth beside the rest: large ones cannot keep them out. */
export const SMALL_BYTES = 65_536;
const SMALL_SHARE = 1 / 16;

/** One request's body while it is received and worked on. */
export interface HeldBody {
  /**
   * Holds the bytes that have arrived; those that are announced only take no room from others.
   * @throws HandspringError `overloaded` if there is no room for them.
   */
  grow(bytes: number): void;
  /** All of it is there: from now on it stays until it is released. */
  finish(): void;
  /** Gives its room back, however often it is called. */
  release(): void;
  /** Told why, if its room is gone before all of it is there: nothing more may be kept of it. */
  onTakenBack(listener: (error: HandspringError) => void): void;
}

const GIVEN_UP = new HandspringError('request_timeout', 'body: it was given up');
const tellNobody = () => undefined;

/** What a room does with one of its bodies. */
interface Room {
  grow(body: Body, bytes: number): void;
  takeBack(body: Body, error: HandspringError): void;
}

/** A class, as there may be thousands at once of a few bytes each. */
class Body implements HeldBody {
  takeBack: (error: HandspringError) => void = tellNobody;
  bytes = 0;
  isArriving = true;

  readonly #room: Room;

  constructor(
    readonly caller: string,
    room: Room,
  ) {
    this.#room = room;
  }

  grow(bytes: number): void {
    this.#room.grow(this, bytes);
  }

  finish(): void {
    this.isArriving = false;
  }

  release(): void {
    this.#room.takeBack(this, GIVEN_UP);
  }

  onTakenBack(listener: (error: HandspringError) => void): void {
    this.takeBack = listener;
  }
}

/**
 * The memory for request bodies. When it is full, a caller who would then hold less than another one takes the place of what
 * that one is still sending: so nobody shuts all others out, and one caller alone has all of it.
 */
export class BodyRoom {
  readonly #bodies = new Set<Body>();
  readonly #onChange: (held: number) => void;
  readonly #room: Room = {
    grow: (body, bytes) => this.#grow(body, bytes),
    takeBack: (body, error) => this.#takeBack(body, error),
  };
  #held = 0;
  /** That part of it which is small bodies'. */
  #small = 0;

  /** @param capacity Bytes in all; one body alone may be larger. */
  constructor(
    readonly capacity: number,
    onChange: (held: number) => void = () => undefined,
  ) {
    this.#onChange = onChange;
  }

  /**
   * Opens a body that holds nothing yet.
   * @param announced Its bytes, 0 if unknown. What cannot fit at this moment is better refused before it is sent.
   * @throws HandspringError `overloaded`.
   */
  enter(caller: string, announced: number): HeldBody {
    const body = new Body(caller, this.#room);
    if (!this.#fits(body, announced) && !this.#greedierThan(body, announced)) throw this.#full(announced);
    this.#bodies.add(body);
    return body;
  }

  get held(): number {
    return this.#held;
  }

  #grow(body: Body, bytes: number): void {
    if (!this.#bodies.has(body)) return;
    while (!this.#fits(body, bytes)) {
      const greedy = this.#greedierThan(body, bytes);
      if (!greedy) throw this.#full(bytes);
      this.#takeBack(greedy, this.#full(greedy.bytes));
    }
    this.#resize(body, body.bytes + bytes);
  }

  #takeBack(body: Body, error: HandspringError): void {
    if (!this.#bodies.delete(body)) return;
    this.#resize(body, 0);
    if (body.isArriving) body.takeBack(error);
  }

  #resize(body: Body, bytes: number): void {
    this.#held += bytes - body.bytes;
    this.#small += smallPart(bytes) - smallPart(body.bytes);
    body.bytes = bytes;
    this.#onChange(this.#held);
  }

  #fits(body: Body, more: number): boolean {
    const size = body.bytes + more;
    const others = this.#held - body.bytes;
    if (others === 0 || others + size <= this.capacity) return true;
    const small = this.#small - smallPart(body.bytes) + size;
    return size <= SMALL_BYTES && small <= this.capacity * SMALL_SHARE;
  }

  /** The largest body that is still arriving of the caller who holds most, if that is more than this one's would then. */
  #greedierThan(body: Body, more: number): Body | undefined {
    const heldBy = new Map<string, number>();
    for (const { caller, bytes } of this.#bodies) heldBy.set(caller, (heldBy.get(caller) ?? 0) + bytes);
    const own = (heldBy.get(body.caller) ?? 0) + more;
    return [...this.#bodies]
      .filter(({ caller, bytes, isArriving }) => isArriving && bytes > 0 && (heldBy.get(caller) ?? 0) > own)
      .sort((a, b) => (heldBy.get(b.caller) ?? 0) - (heldBy.get(a.caller) ?? 0) || b.bytes - a.bytes)[0];
  }

  #full(more: number): HandspringError {
    return new HandspringError(
      'overloaded',
      `${this.#held} bytes of request bodies are being worked on, ${more} more would exceed MAX_PENDING_BYTES=${this.capacity}; try again`,
      { limit: 'MAX_PENDING_BYTES', retryAfterSeconds: 1 },
    );
  }
}

function smallPart(bytes: number): number {
  return bytes <= SMALL_BYTES ? bytes : 0;
}
