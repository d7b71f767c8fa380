import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isPhotoName } from './photo-file-name.js';
import type { Sources } from './sources.js';

export interface PhotoFile {
  /** Path below the root, with `/` between its parts on every system. */
  readonly path: string;
  /** Where it can be opened. */
  readonly location: string;
  readonly bytes: number;
  /** Last change, in whole milliseconds since 1970. */
  readonly modifiedMs: number;
  readonly inode: string;
}

/** What the walk meets: a folder (once it is read through), a photo, another file (only counted), or something that could not be read. */
export type Found =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'photo'; readonly file: PhotoFile }
  | { readonly kind: 'other' }
  | Unreadable;

export interface Unreadable {
  readonly kind: 'unreadable';
  readonly path: string;
  readonly folder: boolean;
  readonly reason: string;
  readonly cause: unknown;
}

/** Files that are asked for their size and time at once. */
const STATS_AT_ONCE = 32;

/**
 * All files of the sources, one at a time: memory does not grow with their number. The order is the file system's own
 * within a folder (it is streamed, not sorted), a folder's content coming where the folder is met. Hidden files and
 * folders and symbolic links are passed over, except those given by name.
 */
export async function* walkPhotos({ root, given }: Sources): AsyncGenerator<Found> {
  for (const entry of given) {
    const stats = await stat(entry).catch(() => undefined);
    if (stats?.isDirectory() || entry === root) yield* walkFolder(root, entry);
    else yield await lookAt(root, entry);
  }
}

async function* walkFolder(root: string, folder: string): AsyncGenerator<Found> {
  try {
    let files: string[] = [];
    for await (const entry of await opendir(folder)) {
      if (entry.name.startsWith('.')) continue;
      const location = path.join(folder, entry.name);
      if (entry.isDirectory()) yield* walkFolder(root, location);
      else if (entry.isFile() && files.push(location) === STATS_AT_ONCE) {
        yield* await lookAtAll(root, files);
        files = [];
      }
    }
    yield* await lookAtAll(root, files);
    yield { kind: 'folder', path: toPath(root, folder) };
  } catch (cause) {
    yield unreadable(toPath(root, folder), true, cause);
  }
}

function lookAtAll(root: string, locations: readonly string[]): Promise<Found[]> {
  return Promise.all(locations.map((location) => lookAt(root, location)));
}

async function lookAt(root: string, location: string): Promise<Found> {
  if (!isPhotoName(location)) return { kind: 'other' };
  try {
    return { kind: 'photo', file: await statPhoto(root, location) };
  } catch (cause) {
    return unreadable(toPath(root, location), false, cause);
  }
}

/** A file that is there, by its location below `root`. */
export async function statPhoto(root: string, location: string): Promise<PhotoFile> {
  const { size, mtimeMs, ino } = await stat(location);
  const modifiedMs = Math.floor(mtimeMs);
  return { path: toPath(root, location), location, bytes: size, modifiedMs, inode: String(ino) };
}

function unreadable(at: string, folder: boolean, cause: unknown): Unreadable {
  return { kind: 'unreadable', path: at, folder, reason: reasonOf(cause), cause };
}

function toPath(root: string, location: string): string {
  return path.relative(root, location).split(path.sep).join('/');
}

/** The folder that a photo's path has, or `top level`. */
export function folderOf(photoPath: string): string {
  const folder = path.posix.dirname(photoPath);
  return folder === '.' ? 'top level' : folder;
}

/** The system's own word for it, such as `EACCES`, without the path. */
export function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? String(error) : `the file system answered ${code}`;
}

/** How many photos a walk will find, by name alone; counted beside the import, for the time that is left. */
export async function countPhotos(sources: Sources, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (const entry of sources.given) count += await countBelow(entry, signal);
  return count;
}

async function countBelow(entry: string, signal: AbortSignal): Promise<number> {
  if (!(await stat(entry)).isDirectory()) return isPhotoName(entry) ? 1 : 0;
  let count = 0;
  const folders = await opendir(entry).catch(() => undefined);
  if (!folders) return 0;
  for await (const child of folders) {
    if (signal.aborted) break;
    if (child.name.startsWith('.')) continue;
    if (child.isDirectory()) count += await countBelow(path.join(entry, child.name), signal);
    else if (child.isFile() && isPhotoName(child.name)) count++;
  }
  return count;
}
