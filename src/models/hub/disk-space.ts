import { statfs } from 'node:fs/promises';
import { ModelSourceError } from '../source-error.js';

/** Bytes a process without special rights may still write in the folder's file system. */
export type FreeBytes = (folder: string) => Promise<number>;

export const freeBytes: FreeBytes = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/** @throws ModelSourceError `disk_full` if fewer bytes are free than will be written */
export async function requireSpace(folder: string, bytes: number, free: FreeBytes): Promise<void> {
  const available = await free(folder);
  if (available < bytes) throw diskFull(folder, bytes, `${formatBytes(available)} are free`);
}

/** The error of a full disk: names the folder, what is needed, and the two ways out. */
export function diskFull(folder: string, bytes: number, found: string, cause?: unknown): ModelSourceError {
  return new ModelSourceError(
    'disk_full',
    `${folder}: expected room for ${bytes} bytes (${formatBytes(bytes)}), ${found}; ` +
      'free some space, or set CACHE_DIR to another disk. What was downloaded is kept and resumed.',
    { cause },
  );
}

/** A size for people: 351685709 becomes `351.7 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}
