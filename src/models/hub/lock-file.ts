import { join } from 'node:path';
import { readIfThere } from '../../core/optional-file.js';
import { writeAtOnce } from '../../core/write-at-once.js';
import { ModelSourceError } from '../source-error.js';

export const LOCK_FILE = 'handspring-lock.json';

export interface LockedFile {
  readonly bytes: number;
  readonly sha256: string;
  /** When it was accepted: ISO 8601, UTC. */
  readonly acceptedAt: string;
}

/** What was accepted into a model folder. Whatever differs from it later is refused. */
export interface LockFile {
  readonly version: 1;
  readonly repository: string;
  /** The commit every file is from. */
  readonly revision: string;
  /** By path in the folder, with `/`. */
  readonly files: Readonly<Record<string, LockedFile>>;
}

/**
 * The lock file of a folder, or `undefined` if it has none.
 *
 * @throws ModelSourceError `mismatch` if the file is there and not readable as one
 */
export async function readLockFile(folder: string): Promise<LockFile | undefined> {
  const path = join(folder, LOCK_FILE);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const parsed = tryParse(text) as Partial<LockFile> | undefined;
  if (parsed?.version !== 1 || typeof parsed.revision !== 'string' || typeof parsed.files !== 'object') {
    throw new ModelSourceError(
      'mismatch',
      `${path}: expected a lock file of version 1; delete the folder and pull again`,
    );
  }
  return parsed as LockFile;
}

/** Writes the lock file in one step: a reader sees the old one or the new one. The caller holds the folder's lock. */
export async function writeLockFile(folder: string, lock: LockFile): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(lock.files).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeAtOnce(join(folder, LOCK_FILE), `${JSON.stringify({ ...lock, files: sorted }, null, 2)}\n`);
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
