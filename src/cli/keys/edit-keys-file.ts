import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import lockfile from 'proper-lockfile';
import { readIfThere, statIfThere, undefinedIfAbsent } from '../../core/optional-file.js';
import { meaningOf } from '../../core/system-error.js';
import { parseKeysFile } from '../../serve/access/keys-file.js';

/** A key as it stands in the file: what these commands do not know of stays as it is. */
export type StoredKey = Readonly<Record<string, unknown>> & { readonly name: string };

/** For its owner alone: with weak tokens, hashes can be tried out. */
const MODE = 0o600;
/** For ten seconds: a change takes milliseconds. */
const WAIT = { retries: 100, factor: 1, minTimeout: 100, maxTimeout: 100 };

/**
 * The keys of a file, in its order.
 * @throws Error that says what is wrong with the file and names it; of the system if there is none.
 */
export async function readKeys(file: string): Promise<StoredKey[]> {
  const text = await readIfThere(file);
  if (text === undefined) throw new Error(`${file}: expected a keys file, received a name that is not there`);
  return parse(file, text).keys;
}

/**
 * Changes the keys of a file, one command at a time; a reader sees those from before or those from after. Keeps its rights and its
 * owner, a link to it, and all in it that is not the keys'. A file that is not there yet is made.
 * @param change Gives the keys as they are to be, or throws: then nothing has happened.
 * @throws Error as `readKeys`, or if another command has the file for ten seconds.
 */
export async function editKeysFile(
  file: string,
  change: (keys: readonly StoredKey[]) => readonly StoredKey[],
): Promise<void> {
  const target = (await realpath(file).catch(undefinedIfAbsent)) ?? path.resolve(file);
  const release = await lock(file, target);
  try {
    const text = await readIfThere(target);
    const document = text === undefined ? { keys: [] } : parse(file, text);
    const changed = `${JSON.stringify({ ...document, keys: change(document.keys) }, null, 2)}\n`;
    parse(file, changed); // by the same rules by which the service takes it
    await replaceFile(target, changed);
  } finally {
    await release();
  }
}

function parse(file: string, text: string): { readonly keys: StoredKey[] } {
  try {
    parseKeysFile(text);
  } catch (cause) {
    throw new Error(`${file}: ${(cause as Error).message}`, { cause });
  }
  return JSON.parse(text) as { readonly keys: StoredKey[] };
}

async function lock(file: string, target: string): Promise<() => Promise<void>> {
  const options = { lockfilePath: `${target}.lock`, realpath: false, stale: 15_000, retries: WAIT };
  return lockfile.lock(target, options).catch((cause: NodeJS.ErrnoException) => {
    const why =
      cause.code === 'ELOCKED'
        ? 'another command has been changing it for ten seconds; try again'
        : `it cannot be changed, and nothing beside it: ${meaningOf(cause)}`;
    throw new Error(`${file}: ${why}`, { cause });
  });
}

/** On the disk before it takes the place of the one before: a power cut leaves one of the two. */
async function replaceFile(target: string, text: string): Promise<void> {
  const before = await statIfThere(target);
  const part = `${target}.${randomUUID()}.part`;
  try {
    const made = await open(part, 'wx', MODE);
    try {
      if (before) await keepAccess(made, before);
      await made.writeFile(text);
      await made.sync();
    } finally {
      await made.close();
    }
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function keepAccess(file: Awaited<ReturnType<typeof open>>, { mode, uid, gid }: Stats): Promise<void> {
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid);
  await file.chmod(mode & 0o777);
}
