import { createHash, timingSafeEqual } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { HandspringError } from '../../core/errors.js';
import type { Rate } from './rate.js';

/** One caller's key. The token itself is not kept. */
export interface Key {
  /** What metrics and logs call its holder. */
  readonly name: string;
  readonly sha256: Uint8Array;
  /** Its own limits, in place of the general ones. */
  readonly rate?: Rate;
  readonly quota?: Rate;
  /** How much of the service is its holder's beside others while all ask for more; 1 if absent. */
  readonly weight?: number;
  /** From then on it lets nobody in: milliseconds since 1970. */
  readonly expires?: number;
  /** The token that it had before, which lets in until then, so that its holder can change over. */
  readonly previous?: { readonly sha256: Uint8Array; readonly expires: number };
}

export function hashToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/** Keys for tokens that have no names of their own: `token-1`, `token-2`, … in the order given. */
export function toKeys(tokens: readonly string[]): Key[] {
  return tokens.map((token, at) => ({ name: `token-${at + 1}`, sha256: hashToken(token) }));
}

function isSame(one: Key, other: Key): boolean {
  return (
    one.name === other.name ||
    hashesOf(one).some((hash) => hashesOf(other).some((another) => timingSafeEqual(hash, another)))
  );
}

const hashesOf = ({ sha256, previous }: Key) => [sha256, ...(previous ? [previous.sha256] : [])];

/** What became of keys, by their names. */
export interface KeyChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Another token, other limits, or another time. */
  readonly changed: readonly string[];
}

/** The keys that are let in. Those of the options stay; those of a file can be replaced while the service runs. */
export class KeyRing {
  #fromFile: readonly Key[] = [];
  readonly #fixed: readonly Key[];

  constructor(fixed: readonly Key[] = []) {
    this.#fixed = fixed;
  }

  get size(): number {
    return this.#fixed.length + this.#fromFile.length;
  }

  /**
   * Takes the keys of a file in place of those it had before, and tells what is other than it was.
   * @throws HandspringError if one has a name or a token of the options' keys: whose would it be?
   */
  replace(keys: readonly Key[]): KeyChanges {
    const at = keys.findIndex((key) => this.#fixed.some((other) => isSame(key, other)));
    if (at >= 0) {
      throw new HandspringError(
        'invalid_request',
        `keys[${at}]: expected a name and a token that AUTHENTICATION_ALLOWED_TOKENS has not`,
      );
    }
    const before = this.#fromFile;
    this.#fromFile = keys;
    return changesBetween(before, keys);
  }

  /**
   * The key of a token. Takes the same time whichever key it is, or none: hashes are compared, all of them, in full.
   * @throws HandspringError `unauthorized` that names the key, if its time is over.
   */
  find(token: string): Key | undefined {
    const sha256 = hashToken(token);
    let found: Key | undefined;
    let expires: number | undefined;
    for (const key of [...this.#fixed, ...this.#fromFile]) {
      if (timingSafeEqual(key.sha256, sha256)) [found, expires] = [key, key.expires];
      if (key.previous && timingSafeEqual(key.previous.sha256, sha256))
        [found, expires] = [key, Math.min(key.previous.expires, key.expires ?? Infinity)];
    }
    if (found && expires !== undefined && Date.now() >= expires) throw expired(found, expires);
    return found;
  }
}

function expired({ name }: Key, at: number): HandspringError {
  const since = new Date(at).toISOString();
  return new HandspringError(
    'unauthorized',
    `this token of the key ${name} let in until ${since}; ask for another`,
  );
}

function changesBetween(before: readonly Key[], after: readonly Key[]): KeyChanges {
  const known = new Map(before.map((key) => [key.name, key]));
  const there = new Set(after.map(({ name }) => name));
  const added = after.filter(({ name }) => !known.has(name));
  const changed = after.filter((key) => {
    const was = known.get(key.name);
    return was !== undefined && !isDeepStrictEqual(was, key);
  });
  const removed = before.filter(({ name }) => !there.has(name));
  const names = (keys: readonly Key[]) => keys.map(({ name }) => name);
  return { added: names(added), removed: names(removed), changed: names(changed) };
}
