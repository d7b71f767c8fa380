import type { Stats } from 'node:fs';
import { lstat, readFile, stat } from 'node:fs/promises';

/** The text of a file, or `undefined` if there is none. @throws Error of the system if it is there and cannot be read. */
export function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(undefinedIfAbsent);
}

/** What the system knows of a file or folder, or `undefined` if there is none; a link stands for what it leads to. */
export function statIfThere(path: string): Promise<Stats | undefined> {
  return stat(path).catch(undefinedIfAbsent);
}

/** As `statIfThere`, but of a link itself. */
export function lstatIfThere(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(undefinedIfAbsent);
}

/** ENOTDIR: what should be a folder on the way is a file. */
function undefinedIfAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
