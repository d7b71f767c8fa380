import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { HandspringError } from '../core/errors.js';
import { isPhotoName } from './photo-file-name.js';

export interface PhotoFile {
  /** Path below the import's root, with `/` between its parts on every system. */
  readonly path: string;
  /** Where it can be opened. */
  readonly location: string;
  readonly bytes: number;
  /** Last change, in whole milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** What the walk meets: a photo, another file (only counted), or something that could not be read. */
export type Found =
  | { readonly kind: 'photo'; readonly file: PhotoFile }
  | { readonly kind: 'other' }
  | { readonly kind: 'unreadable'; readonly path: string; readonly folder: boolean; readonly reason: string };

/** What is to be imported, and what its paths are relative to. */
export interface Sources {
  readonly root: string;
  /** Absolute paths of the folders and files given. */
  readonly given: readonly string[];
}

/**
 * The folder that paths are relative to: the one asked for, else the folder given, or the deepest one that holds all that
 * is given.
 * @throws HandspringError `invalid_request` if something given is not there, or not below the root.
 */
export async function resolveSources(given: readonly string[], root = ''): Promise<Sources> {
  const absolute = given.map((entry) => path.resolve(entry));
  const folders = await Promise.all(absolute.map(folderOf));
  const resolved = root === '' ? commonFolder(folders) : path.resolve(root);
  const outside = absolute.findIndex((entry) => path.relative(resolved, entry).startsWith('..'));
  if (outside >= 0) {
    throw new HandspringError(
      'invalid_request',
      `${given[outside]}: expected a path below --root ${root}, received one outside`,
    );
  }
  return { root: resolved, given: absolute };
}

async function folderOf(entry: string): Promise<string> {
  try {
    return (await stat(entry)).isDirectory() ? entry : path.dirname(entry);
  } catch (cause) {
    throw new HandspringError('invalid_request', `${entry}: expected a folder or a file, received nothing`, {
      cause,
    });
  }
}

function commonFolder(folders: readonly string[]): string {
  const [first = [], ...rest] = folders.map((folder) => folder.split(path.sep));
  const differs = first.findIndex((part, at) => rest.some((parts) => parts[at] !== part));
  return first.slice(0, differs < 0 ? first.length : differs).join(path.sep) || path.sep;
}

/**
 * All files of the sources, one at a time: memory does not grow with their number. The order is the file system's own
 * within a folder (it is streamed, not sorted), a folder's content coming where the folder is met. Hidden files and
 * folders and symbolic links are passed over, except those given by name.
 */
export async function* walkPhotos({ root, given }: Sources): AsyncGenerator<Found> {
  for (const entry of given) {
    const stats = await stat(entry).catch(() => undefined);
    if (stats?.isDirectory()) yield* walkFolder(root, entry);
    else yield await lookAt(root, entry);
  }
}

async function* walkFolder(root: string, folder: string): AsyncGenerator<Found> {
  try {
    for await (const entry of await opendir(folder)) {
      if (entry.name.startsWith('.')) continue;
      const location = path.join(folder, entry.name);
      if (entry.isDirectory()) yield* walkFolder(root, location);
      else if (entry.isFile()) yield await lookAt(root, location);
    }
  } catch (error) {
    yield { kind: 'unreadable', path: toPath(root, folder), folder: true, reason: reasonOf(error) };
  }
}

async function lookAt(root: string, location: string): Promise<Found> {
  if (!isPhotoName(location)) return { kind: 'other' };
  try {
    const { size, mtimeMs } = await stat(location);
    const file = { path: toPath(root, location), location, bytes: size, modifiedMs: Math.floor(mtimeMs) };
    return { kind: 'photo', file };
  } catch (error) {
    return { kind: 'unreadable', path: toPath(root, location), folder: false, reason: reasonOf(error) };
  }
}

function toPath(root: string, location: string): string {
  return path.relative(root, location).split(path.sep).join('/');
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
