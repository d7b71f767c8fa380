import type { Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { readWholeFile } from './regular-file.js';

/**
 * The text of a file, or `undefined` if there is none.
 * @throws Error of the system if it is there and cannot be read; NoFileError if it is no file, such as a pipe.
 */
export async function readIfThere(file: string): Promise<string | undefined> {
  return (await readWholeFile(file).catch(undefinedIfAbsent))?.toString('utf8');
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
/** For `catch`: what is not there is no error. @throws Any other one. */
export function undefinedIfAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
