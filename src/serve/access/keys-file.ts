import { unwatchFile, watchFile } from 'node:fs';
import { HandspringError } from '../../core/errors.js';
import { readWholeFile } from '../../core/regular-file.js';
import { hashToken } from './key-ring.js';
import type { Key, KeyChanges, KeyRing } from './key-ring.js';
import { parseRate } from './rate.js';
import type { Rate } from './rate.js';

/** What a key may be called. */
export const NAME = {
  is: (name: string) => /^[\w.@-]{1,64}$/.test(name),
  expected: '1 to 64 letters, digits, or ._@-',
} as const;

/** Bounded, so that nobody is shut out by a slip of the pen. */
export const WEIGHT = {
  is: (weight: number) => weight >= 0.01 && weight <= 100,
  expected: 'a number from 0.01 to 100',
} as const;

/**
 * The keys of a file: `{"keys": [{"name": "team-a", "sha256": "…", "rate": "600/m", "quota": "100000/d", "weight": 2}]}`, with the
 * SHA-256 of the token in hexadecimal, or the `token` itself; `rate`, `quota` and `weight` may be left out. `expires` is the time from
 * which it lets nobody in, `previous` the hash of the token before with a time of its own; `note` and `added` are for people.
 * @throws HandspringError that names the key which is wrong and what was expected; never a token.
 */
export function parseKeysFile(json: string): Key[] {
  const keys = (parseObject(json) as { keys?: unknown }).keys;
  if (!Array.isArray(keys)) throw wrong('keys', 'a list');
  const parsed = keys.map((key: unknown, at) => parseKey(`keys[${at}]`, key));
  const names = parsed.map(({ name }) => name);
  const twice = names.findIndex((name, at) => names.indexOf(name) !== at);
  if (twice >= 0) throw wrong(`keys[${twice}].name`, 'a name that no other key has');
  const tokens = parsed.flatMap(({ sha256, previous }, at) =>
    [sha256, ...(previous ? [previous.sha256] : [])].map((hash) => ({
      at,
      hex: Buffer.from(hash).toString('hex'),
    })),
  );
  const shared = tokens.find(({ hex }, i) => tokens.findIndex((other) => other.hex === hex) !== i);
  if (shared) throw wrong(`keys[${shared.at}]`, 'a token that no other key has');
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
  const { name, token, sha256, rate, quota, weight, expires, previous } = value as Record<string, unknown>;
  if (typeof name !== 'string' || !NAME.is(name)) throw wrong(`${where}.name`, NAME.expected);
  return {
    name,
    sha256: parseSecret(where, token, sha256),
    ...(rate === undefined ? {} : { rate: parseLimit(`${where}.rate`, rate) }),
    ...(quota === undefined ? {} : { quota: parseLimit(`${where}.quota`, quota) }),
    ...(weight === undefined ? {} : { weight: parseWeight(`${where}.weight`, weight) }),
    ...(expires === undefined ? {} : { expires: parseTime(`${where}.expires`, expires) }),
    ...(previous === undefined ? {} : { previous: parsePrevious(`${where}.previous`, previous) }),
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

function parseWeight(where: string, value: unknown): number {
  if (typeof value === 'number' && WEIGHT.is(value)) return value;
  throw wrong(where, WEIGHT.expected);
}

function parsePrevious(where: string, value: unknown): NonNullable<Key['previous']> {
  if (typeof value !== 'object' || value === null) throw wrong(where, 'an object with sha256 and expires');
  const { token, sha256, expires } = value as Record<string, unknown>;
  return { sha256: parseSecret(where, token, sha256), expires: parseTime(`${where}.expires`, expires) };
}

/** A date alone is its first moment in UTC. What JavaScript also takes for a date, such as `1`, is a slip. */
function parseTime(where: string, value: unknown): number {
  const isDate =
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.test(value);
  const time = isDate ? Date.parse(value) : NaN;
  if (Number.isNaN(time)) throw wrong(where, 'a time such as 2027-01-31 or 2027-01-31T12:00:00Z');
  return time;
}

function wrong(where: string, expected: string): HandspringError {
  return new HandspringError('invalid_request', `${where}: expected ${expected}`);
}

export interface ReloadEvents {
  /** @param keys How many there are now, those of the options included. */
  onReload?(keys: number, changes: KeyChanges): void;
  /** The file cannot be used; the keys that were there stay. */
  onFailure?(error: Error): void;
}

/** How often the file is looked at: a key that is taken out lets nobody in a second later. Asking again also sees a file that was replaced, as mounted secrets are. */
const LOOK_EVERY_MS = 500;

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
      (changes) => events.onReload?.(ring.size, changes),
      (error: Error) => events.onFailure?.(error),
    );
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, onChange);
  return () => unwatchFile(file, onChange);
}
