import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { isPhotoName } from '../photo-file-name.js';

export interface PhotoFile {
  /** The path inside the folder, with `/` between its parts on every system. */
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

export interface FolderListing {
  readonly files: readonly PhotoFile[];
  /** The folder itself and all below it, as names like a file's; the folder itself is the empty name. */
  readonly directories: readonly string[];
  /** Folders that could not be opened. */
  readonly unreadable: readonly string[];
}

const STATS_AT_ONCE = 32;

/**
 * Lists the files below `root` that are named like photos. Hidden files and folders and symbolic links are left out, so
 * nothing outside the folder is ever read. Throws when `root` itself cannot be opened.
 */
export async function listPhotos(root: string, signal?: AbortSignal): Promise<FolderListing> {
  const files: PhotoFile[] = [];
  const directories: string[] = [];
  const unreadable: string[] = [];
  const waiting = [''];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    signal?.throwIfAborted();
    let entries: Dirent[];
    try {
      entries = await readdir(path.join(root, directory), { withFileTypes: true });
    } catch (error) {
      if (directory === '') throw error;
      unreadable.push(directory);
      continue;
    }
    directories.push(directory);
    const visible = entries.filter((entry) => !entry.name.startsWith('.'));
    const toName = (entry: Dirent) => path.posix.join(directory, entry.name);
    waiting.push(...visible.filter((entry) => entry.isDirectory()).map(toName));
    const names = visible.filter((entry) => isPhotoName(entry.name)).map(toName);
    files.push(...(await statAll(root, names)));
  }
  files.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { files, directories, unreadable };
}

async function statAll(root: string, names: readonly string[]): Promise<PhotoFile[]> {
  const files: PhotoFile[] = [];
  for (let start = 0; start < names.length; start += STATS_AT_ONCE) {
    const group = names.slice(start, start + STATS_AT_ONCE);
    const found = await Promise.all(
      // A file may go between the listing and here; then it is simply not there.
      group.map((name) => lstat(path.join(root, name)).catch(() => undefined)),
    );
    found.forEach((stat, i) => {
      if (stat?.isFile())
        files.push({ name: group[i] as string, bytes: stat.size, modifiedMs: stat.mtimeMs });
    });
  }
  return files;
}
