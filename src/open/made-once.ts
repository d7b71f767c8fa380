import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { untilAborted } from '../core/until-aborted.js';
import { withFolderLock } from '../models/hub/folder-lock.js';
import { namingCacheDir } from '../models/hub/unwritable.js';

interface OnceOptions<T> {
  /** Where it is kept; made if it is missing. */
  readonly folder: string;
  /** What is kept already, if it is. */
  readonly kept: () => Promise<T | undefined>;
  /** Makes it. Its signal aborts when it is to be given up. */
  readonly make: (stop: AbortSignal) => Promise<T>;
  /** Called once if another process is making it, and this one begins to wait. */
  readonly onWait?: () => void;
  readonly stop?: AbortSignal | undefined;
}

/**
 * What is kept in a folder of the cache, or is made there now: by one process at a time, so that replicas with one cache
 * do it once. What a process that was ended left half done is removed first. Writes nothing where it is kept already.
 * @throws Error that names CACHE_DIR if it cannot be written; what `make` throws; the signal's reason.
 */
export async function madeOnce<T>(options: OnceOptions<T>): Promise<T> {
  const { folder, kept, make, onWait, stop = new AbortController().signal } = options;
  const found = await kept();
  if (found !== undefined) return found;
  const work = async (lost: AbortSignal) => {
    await removeParts(folder);
    return (await kept()) ?? make(AbortSignal.any([stop, lost]));
  };
  try {
    return await untilAborted(withFolderLock(folder, work, onWait ? { onWait } : {}), stop);
  } catch (error) {
    throw namingCacheDir(error, 'the files that OPTIMIZE and int8 make');
  }
}

async function removeParts(folder: string): Promise<void> {
  const parts = (await readdir(folder)).filter((name) => name.endsWith('.part'));
  await Promise.all(parts.map((name) => rm(path.join(folder, name), { recursive: true, force: true })));
}
