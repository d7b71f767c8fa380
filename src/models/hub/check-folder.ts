import { join } from 'node:path';
import { statIfThere } from '../../core/optional-file.js';
import { sha256File } from '../../core/sha256-file.js';
import type { LockFile, LockedFile } from './lock-file.js';
import { ModelSourceError } from '../source-error.js';
import type { WantedFile } from '../wanted-files.js';

/**
 * The wanted files that are not in the folder, or not in its lock file. Every other one was read through and is, to
 * the bit, what was accepted: this is the check before weights are used. Files are read side by side.
 *
 * @throws ModelSourceError `mismatch` if a file, the lock file and the pins do not agree; both hashes are named
 */
export async function checkFolder(
  folder: string,
  wanted: readonly WantedFile[],
  lock: LockFile,
): Promise<{ missing: WantedFile[] }> {
  const missing: WantedFile[] = [];
  const present: { path: string; locked: LockedFile }[] = [];
  for (const file of wanted) {
    const path = join(folder, file.path);
    const locked = lock.files[file.path];
    if (locked !== undefined) requireFile(path, file, locked, 'the lock file has');
    const found = await statIfThere(path);
    if (locked === undefined || found === undefined) {
      missing.push(locked === undefined ? file : { ...file, sha256: locked.sha256, bytes: locked.bytes });
      continue;
    }
    // The size costs nothing and finds a cut file without reading it.
    requireFile(path, { sha256: null, bytes: locked.bytes }, { sha256: '', bytes: found.size });
    present.push({ path, locked });
  }
  const hashes = await Promise.all(present.map(({ path }) => sha256File(path)));
  for (const [at, { path, locked }] of present.entries()) {
    requireFile(path, locked, { sha256: hashes[at] ?? '', bytes: locked.bytes });
  }
  return { missing };
}

/** @throws ModelSourceError `mismatch` if size or SHA-256 differ; `null` stands for not known */
export function requireFile(
  path: string,
  expected: { readonly sha256: string | null; readonly bytes: number | null },
  received: { readonly sha256: string; readonly bytes: number },
  verb = 'found',
): void {
  const remedy = 'Delete the file and pull again if you trust the expected one.';
  if (expected.bytes !== null && expected.bytes !== received.bytes) {
    throw new ModelSourceError(
      'mismatch',
      `${path}: expected ${expected.bytes} bytes, ${verb} ${received.bytes}. ${remedy}`,
    );
  }
  if (expected.sha256 !== null && expected.sha256 !== received.sha256) {
    const message = `${path}: expected SHA-256 ${expected.sha256}, ${verb} ${received.sha256}. ${remedy}`;
    throw new ModelSourceError('mismatch', message);
  }
}
