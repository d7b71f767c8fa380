import { randomBytes } from 'node:crypto';
import { hashToken } from '../../serve/access/key-ring.js';
import { editKeysFile, readKeys } from '../keys/edit-keys-file.js';
import type { StoredKey } from '../keys/edit-keys-file.js';
import { checkName, settingsOf } from '../keys/key-settings.js';
import type { KeySettings } from '../keys/key-settings.js';
import { parseTimeToCome, toSeconds } from '../keys/times.js';
import { ConfigError } from '../options/config.js';
import { tableLines } from '../table.js';
import type { CommandIo } from './models.js';

/** As they stand on the command line. */
export interface KeysFlags {
  readonly keysFile?: string;
  readonly json?: true;
}

export interface AddFlags extends KeysFlags, KeySettings {}

export interface RotateFlags extends KeysFlags {
  readonly grace?: string;
}

/** 256 bits, behind what a search for leaked secrets can find them by. */
const makeToken = () => `hs_${randomBytes(32).toString('base64url')}`;
const hashOf = (token: string) => Buffer.from(hashToken(token)).toString('hex');

/** `handspring keys add NAME`: prints the token, once. */
export async function runKeysAdd(name: string, flags: AddFlags, io: CommandIo): Promise<number> {
  const file = fileOf(flags);
  const token = makeToken();
  const key: StoredKey = { name: checkName(name), sha256: hashOf(token), ...settingsOf(flags), added: now() };
  await editKeysFile(file, (keys) => {
    if (keys.some((other) => other.name === name))
      throw new Error(
        `${name}: expected a name that no key has yet; keys rotate ${name} gives it another token`,
      );
    return [...keys, key];
  });
  tellToken(token, key, `${name}: added to ${file}.`, flags, io);
  return 0;
}

/** `handspring keys rotate NAME`: another token for a key; the one from before lets in for as long as `--grace` says. */
export async function runKeysRotate(name: string, flags: RotateFlags, io: CommandIo): Promise<number> {
  const file = fileOf(flags);
  const until = flags.grace === undefined ? undefined : parseTimeToCome('--grace', flags.grace);
  const token = makeToken();
  let rotated: StoredKey | undefined;
  await editKeysFile(file, (keys) =>
    replace(keys, name, file, (key) => {
      const { token: plain, sha256 } = key;
      const before = typeof plain === 'string' ? hashOf(plain) : sha256;
      rotated = {
        ...without(key, 'token', 'sha256', 'previous'),
        name,
        sha256: hashOf(token),
        ...(until !== undefined && { previous: { sha256: before, expires: until } }),
        rotated: now(),
      };
      return [rotated];
    }),
  );
  const told =
    until === undefined
      ? 'The token from before lets nobody in any more (--grace 1d would give its holder a day).'
      : `The token from before lets in until ${until}.`;
  tellToken(token, rotated ?? { name }, `${name}: has another token in ${file}. ${told}`, flags, io);
  return 0;
}

/** `handspring keys revoke NAME` */
export async function runKeysRevoke(name: string, flags: KeysFlags, io: CommandIo): Promise<number> {
  const file = fileOf(flags);
  await editKeysFile(file, (keys) => replace(keys, name, file, () => []));
  io.progress.write(`${name}: revoked. Services that read ${file} refuse it within a second.\n`);
  if (flags.json) io.out(JSON.stringify({ name, revoked: true }));
  return 0;
}

/** `handspring keys list`: what the file says of each key but its secrets. */
export async function runKeysList(flags: KeysFlags, io: CommandIo): Promise<number> {
  const keys = await readKeys(fileOf(flags));
  if (flags.json) {
    io.out(JSON.stringify(keys.map(withoutSecrets), null, 2));
    return 0;
  }
  const rows = keys.map(({ name, rate, quota, weight, note, ...key }) =>
    [name, rate ?? '-', quota ?? '-', weight ?? 1, stateOf(key), key['added'] ?? '-', note ?? ''].map(String),
  );
  for (const line of tableLines(['NAME', 'RATE', 'QUOTA', 'WEIGHT', 'LETS IN', 'ADDED', 'NOTE'], rows))
    io.out(line);
  return 0;
}

function fileOf({ keysFile = '' }: KeysFlags): string {
  if (keysFile === '')
    throw new ConfigError(['--keys-file: expected the keys file (env KEYS_FILE), received none']);
  return keysFile;
}

function replace(
  keys: readonly StoredKey[],
  name: string,
  file: string,
  change: (key: StoredKey) => StoredKey[],
): StoredKey[] {
  if (!keys.some((key) => key.name === name))
    throw new Error(`${name}: expected the name of a key in ${file}; handspring keys list shows them`);
  return keys.flatMap((key) => (key.name === name ? change(key) : [key]));
}

function tellToken(token: string, key: StoredKey, told: string, { json }: KeysFlags, io: CommandIo): void {
  io.progress.write(`${told} This is the only time that the token is shown:\n`);
  io.out(json ? JSON.stringify({ ...withoutSecrets(key), token }) : token);
}

function without(key: StoredKey, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(key).filter(([name]) => !names.includes(name)));
}

function withoutSecrets(key: StoredKey): Record<string, unknown> {
  const { expires } = (key['previous'] ?? {}) as { readonly expires?: string };
  return {
    ...without(key, 'token', 'sha256', 'previous'),
    ...(expires !== undefined && { previous: { expires } }),
  };
}

function stateOf({ expires, previous }: Readonly<Record<string, unknown>>): string {
  const until = typeof expires === 'string' ? expires : undefined;
  if (until !== undefined && Date.parse(until) <= Date.now()) return `no more since ${until}`;
  const { expires: change } = (previous ?? {}) as { readonly expires?: string };
  const changing =
    change !== undefined && Date.parse(change) > Date.now() ? `, by two tokens until ${change}` : '';
  return `${until === undefined ? 'yes' : `until ${until}`}${changing}`;
}

const now = () => toSeconds(Date.now());
