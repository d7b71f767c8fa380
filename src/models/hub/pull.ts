import { join } from 'node:path';
import { statIfThere } from '../../core/optional-file.js';
import { sha256File } from '../../core/sha256-file.js';
import { checkFolder, requireFile } from './check-folder.js';
import { requireSpace } from './disk-space.js';
import { downloadFile } from './download.js';
import type { Downloaded, DownloadTools } from './download.js';
import { withFolderLock } from './folder-lock.js';
import { readLockFile, writeLockFile } from './lock-file.js';
import type { LockFile } from './lock-file.js';
import type { ModelSource } from '../model-source.js';
import { withHubRetries } from './hub-retries.js';
import { namingCacheDir } from './unwritable.js';
import type { WantedFile } from '../wanted-files.js';

export type PullTools = Omit<DownloadTools, 'signal'>;

/**
 * Makes a model folder complete: fetches what is missing, refuses what differs from what was accepted before, and
 * writes down what it accepts, file by file. One process at a time works on a folder; a second one waits, then finds
 * the files there.
 *
 * @throws ModelSourceError; Error that names CACHE_DIR if it cannot be written
 */
export async function pullModel(source: ModelSource, tools: PullTools): Promise<LockFile> {
  const { folder, repository } = source;
  const onWait = () => tools.listener({ kind: 'waiting', folder });
  const work = async (signal: AbortSignal): Promise<LockFile> => {
    let lock = await readLockFile(folder);
    const { revision, paths } = await findListing(source, lock, tools);
    lock ??= { version: 1, repository, revision, files: {} };
    for await (const group of source.wanted(paths)) {
      // What is here already is checked before anything is fetched: a changed file is refused, not repaired in silence.
      const { missing } = await checkFolder(folder, group, lock);
      await requireSpace(folder, await bytesToCome(folder, missing), tools.freeBytes);
      for (const file of missing) {
        signal.throwIfAborted();
        const accepted =
          (await adopt(folder, file)) ?? (await obtain(source, file, revision, { ...tools, signal }));
        tools.listener({ kind: 'accepted', path: file.path, ...accepted });
        const entry = { ...accepted, acceptedAt: new Date().toISOString() };
        lock = { ...lock, files: { ...lock.files, [file.path]: entry } };
        await writeLockFile(folder, lock);
      }
    }
    return lock;
  };
  return withFolderLock(folder, work, { onWait }).catch((error: unknown) => {
    throw namingCacheDir(error, 'the files of a model');
  });
}

/** The commit and the repository's files: from the catalogue and the lock file where they say so, else from the hub. */
async function findListing(
  source: ModelSource,
  lock: LockFile | undefined,
  tools: PullTools,
): Promise<{ revision: string; paths: readonly string[] }> {
  const known = lock?.revision ?? source.commit;
  if (known !== undefined && !source.needsListing) return { revision: known, paths: [] };
  const { commit, paths } = await withHubRetries(
    () => tools.hub.list(source.repository, known ?? source.revision),
    {
      what: `the file list of ${source.repository}`,
      policy: tools.retry,
    },
  );
  return { revision: known ?? commit, paths };
}

/** How much is still to be written, as far as sizes are known: what earlier tries left is not written again. */
async function bytesToCome(folder: string, missing: readonly WantedFile[]): Promise<number> {
  const sizes = missing.map(async ({ path, bytes }) => {
    const partial = await statIfThere(join(folder, `${path}.partial`));
    return Math.max(0, (bytes ?? 0) - (partial?.size ?? 0));
  });
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}

/** A pinned file that is in its place though the lock file does not list it: an earlier run was stopped in between. */
async function adopt(folder: string, file: WantedFile): Promise<Downloaded | undefined> {
  if (file.sha256 === null) return undefined;
  const path = join(folder, file.path);
  const found = await statIfThere(path);
  if (found === undefined) return undefined;
  const sha256 = await sha256File(path);
  requireFile(path, { sha256: file.sha256, bytes: file.bytes }, { sha256, bytes: found.size });
  return { bytes: found.size, sha256 };
}

async function obtain(
  { folder, repository }: ModelSource,
  { from, ...file }: WantedFile,
  revision: string,
  tools: DownloadTools,
): Promise<Downloaded> {
  return downloadFile({ folder, ...file, ...(from ?? { repository, revision }) }, tools);
}
