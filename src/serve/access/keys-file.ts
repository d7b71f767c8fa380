import { unwatchFile, watchFile } from 'node:fs';
import { HandspringError } from '../../core/errors.js';
import { readWholeFile } from '../../core/regular-file.js';
import { hashToken } from './key-ring.js';
import type { Key, KeyRing } from './key-ring.js';
import { parseRate } from './rate.js';
import type { Rate } from './rate.js';

/**
 * The keys of a file: `{"keys": [{"name": "team-a", "sha256": "…", "rate": "600/m", "quota": "100000/d", "weight": 2}]}`, with the
 * SHA-256 of the token in hexadecimal, or the `token` itself; `rate`, `quota` and `weight` may be left out.
 * @throws HandspringError that names the key which is wrong and what was expected; never a token.
 */
export function parseKeysFile(json: string): Key[] {
  const keys = (parseObject(json) as { keys?: unknown }).keys;
  if (!Array.isArray(keys)) throw wrong('keys', 'a list');
  const parsed = keys.map((key: unknown, at) => parseKey(`keys[${at}]`, key));
  const names = parsed.map(({ name }) => name);
  const twice = names.findIndex((name, at) => names.indexOf(name) !== at);
  if (twice >= 0) throw wrong(`keys[${twice}].name`, 'a name that no other key has');
  const tokens = parsed.map(({ sha256 }) => Buffer.from(sha256).toString('hex'));
  const shared = tokens.findIndex((token, at) => tokens.indexOf(token) !== at);
  if (shared >= 0) throw wrong(`keys[${shared}]`, 'a token that no other key has');
  return parsed;
}

function parseObject(json: string): object {
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch {
    throw wrong('keys file', 'JSON'); // the parser's own message quotes the file
  }
  if (typeof body !== 'object' || body === null) throw wrong('keys file', 'an object with keys');
  return body;
}

function parseKey(where: string, value: unknown): Key {
  if (typeof value !== 'object' || value === null) throw wrong(where, 'an object with name and sha256');
  const { name, token, sha256, rate, quota, weight } = value as Record<string, unknown>;
  if (typeof name !== 'string' || !/^[\w.@-]{1,64}$/.test(name))
    throw wrong(`${where}.name`, '1 to 64 letters, digits, or ._@-');
  return {
    name,
    sha256: parseSecret(where, token, sha256),
    ...(rate === undefined ? {} : { rate: parseLimit(`${where}.rate`, rate) }),
    ...(quota === undefined ? {} : { quota: parseLimit(`${where}.quota`, quota) }),
    ...(weight === undefined ? {} : { weight: parseWeight(`${where}.weight`, weight) }),
  };
}

function parseSecret(where: string, token: unknown, sha256: unknown): Uint8Array {
  if (typeof token === 'string' && token !== '' && sha256 === undefined) return hashToken(token);
  if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/i.test(sha256) && token === undefined)
    return Buffer.from(sha256, 'hex');
  throw wrong(where, 'either a token or the 64 hexadecimal digits of its sha256');
}

function parseLimit(where: string, value: unknown): Rate {
  try {
    return parseRate(String(value));
  } catch (error) {
    throw wrong(where, (error as Error).message);
  }
}

/** Bounded, so that nobody is shut out by a slip of the pen. */
function parseWeight(where: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0.01 && value <= 100) return value;
  throw wrong(where, 'a number from 0.01 to 100');
}

function wrong(where: string, expected: string): HandspringError {
  return new HandspringError('invalid_request', `${where}: expected ${expected}`);
}

export interface ReloadEvents {
  onReload?(keys: number): void;
  /** The file cannot be used; the keys that were there stay. */
  onFailure?(error: Error): void;
}

/** How often the file is looked at. Asking again also sees a file that was replaced, as mounted secrets are. */
const LOOK_EVERY_MS = 1000;

/**
 * Fills the ring from a file, and again whenever the file changes.
 * @returns what ends the watching
 * @throws HandspringError or a system error if the file cannot be used at first.
 */
export async function watchKeysFile(
  file: string,
  ring: KeyRing,
  events: ReloadEvents = {},
): Promise<() => void> {
  const load = async () => ring.replace(parseKeysFile((await readWholeFile(file)).toString('utf8')));
  await load();
  const onChange = () =>
    void load().then(
      () => events.onReload?.(ring.size),
      (error: Error) => events.onFailure?.(error),
    );
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, onChange);
  return () => unwatchFile(file, onChange);
}
