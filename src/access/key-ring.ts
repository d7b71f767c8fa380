import { createHash, timingSafeEqual } from 'node:crypto';
import type { Rate } from './rate.js';

/** One caller's key. The token itself is not kept. */
export interface Key {
  /** What metrics and logs call its holder. */
  readonly name: string;
  readonly sha256: Uint8Array;
  /** Its own limits, in place of the general ones. */
  readonly rate?: Rate;
  readonly quota?: Rate;
}

export function hashToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/** Keys for tokens that have no names of their own: `token-1`, `token-2`, … in the order given. */
export function toKeys(tokens: readonly string[]): Key[] {
  return tokens.map((token, at) => ({ name: `token-${at + 1}`, sha256: hashToken(token) }));
}

/** The keys that are let in. Those of the options stay; those of a file can be replaced while the service runs. */
export class KeyRing {
  private fromFile: readonly Key[] = [];

  constructor(private readonly fixed: readonly Key[] = []) {}

  get size(): number {
    return this.fixed.length + this.fromFile.length;
  }

  replace(keys: readonly Key[]): void {
    this.fromFile = keys;
  }

  /** The key of a token. Takes the same time whichever key it is, or none: hashes are compared, all of them, in full. */
  find(token: string): Key | undefined {
    const sha256 = hashToken(token);
    let found: Key | undefined;
    for (const key of [...this.fixed, ...this.fromFile]) {
      if (timingSafeEqual(key.sha256, sha256)) found = key;
    }
    return found;
  }
}
