import { createHash, timingSafeEqual } from 'node:crypto';
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
}

export function hashToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/** Keys for tokens that have no names of their own: `token-1`, `token-2`, … in the order given. */
export function toKeys(tokens: readonly string[]): Key[] {
  return tokens.map((token, at) => ({ name: `token-${at + 1}`, sha256: hashToken(token) }));
}

function isSame(one: Key, other: Key): boolean {
  return one.name === other.name || timingSafeEqual(one.sha256, other.sha256);
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
   * Takes the keys of a file in place of those it had before.
   * @throws HandspringError if one has a name or a token of the options' keys: whose would it be?
   */
  replace(keys: readonly Key[]): void {
    const at = keys.findIndex((key) => this.#fixed.some((other) => isSame(key, other)));
    if (at >= 0) {
      throw new HandspringError(
        'invalid_request',
        `keys[${at}]: expected a name and a token that AUTHENTICATION_ALLOWED_TOKENS has not`,
      );
    }
    this.#fromFile = keys;
  }

  /** The key of a token. Takes the same time whichever key it is, or none: hashes are compared, all of them, in full. */
  find(token: string): Key | undefined {
    const sha256 = hashToken(token);
    let found: Key | undefined;
    for (const key of [...this.#fixed, ...this.#fromFile]) {
      if (timingSafeEqual(key.sha256, sha256)) found = key;
    }
    return found;
  }
}
