import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';

export interface FolderLockOptions {
  /** Called once if another process holds the folder and this one begins to wait. */
  readonly onWait?: () => void;
  /** How often a waiting process looks again, in milliseconds. */
  readonly pollMs?: number;
}

/**
 * The result of `work`, done while no other process works on the folder, which is made if missing. The lock is a
 * folder whose time stamp is renewed; one that a killed process left behind is taken over after 15 seconds.
 * `work`'s signal aborts if the lock is lost, as after a suspended laptop wakes.
 */
export async function withFolderLock<T>(
  folder: string,
  work: (signal: AbortSignal) => Promise<T>,
  { onWait, pollMs = 500 }: FolderLockOptions = {},
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const lost = new AbortController();
  const options: lockfile.LockOptions = {
    lockfilePath: join(folder, '.handspring.lock'),
    stale: 15_000,
    update: 5_000,
    onCompromised: (error) => lost.abort(error),
  };
  const release = await lockfile.lock(folder, options).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ELOCKED') throw error;
    onWait?.();
    const retries = { forever: true, factor: 1, minTimeout: pollMs, maxTimeout: pollMs };
    return lockfile.lock(folder, { ...options, retries });
  });
  try {
    return await work(lost.signal);
  } finally {
    // A lost lock is already another's: there is nothing to release.
    if (!lost.signal.aborted) await release();
  }
}
