import type { Dirent, OpenDirOptions } from 'node:fs';
import { access, opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { excludeBy } from './exclude.js';
import type { Exclusion } from './exclude.js';
import { NoFileError } from '../core/regular-file.js';
import { joinLocation, toPathPart } from './location.js';
import type { Location } from './location.js';
import type { MediaKind } from './media/kind.js';
import { kindOf, MEDIA_KINDS, PHOTOS_ALONE } from './media/kinds.js';
import { readHead } from './media/read-head.js';
import type { PassedReason } from './passed-over.js';
import type { Sources } from './sources.js';

export interface PhotoFile {
  /** Path below the root, with `/` between its parts on every system; see `toLocation` for names that are not UTF-8. */
  readonly path: string;
  /** Where it can be opened. */
  readonly location: Location;
  readonly bytes: number;
  /** Last change, in whole milliseconds since 1970. */
  readonly modifiedMs: number;
  readonly inode: string;
}

/** What the walk meets: a folder (once it is read through), a photo or another file that is taken, or what is passed over and why. */
export type Found =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'photo'; readonly file: PhotoFile }
  | { readonly kind: 'passed'; readonly path: string; readonly reason: PassedReason }
  | Unreadable;

export interface Unreadable {
  readonly kind: 'unreadable';
  readonly path: string;
  readonly folder: boolean;
  readonly reason: string;
  readonly cause: unknown;
}

/** A file that is not looked at yet. */
interface FoundFile {
  readonly kind: 'file';
  readonly path: string;
  readonly location: Location;
  /** Named by the user, who then need not give it the name of a photo. */
  readonly given: boolean;
}

interface FoundFolder {
  readonly path: string;
  readonly location: Location;
}

type Entry = Exclude<Found, { kind: 'photo' }> | FoundFile;

/** Files that are looked at, at once. */
const LOOKS_AT_ONCE = 32;
/** A file by which a folder asks programs like this one to pass it over (Android). */
const NO_MEDIA = '.nomedia';
const ANY_EXTENSION = /.\.[^.\s]+$/;

/**
 * All files of the sources, one at a time: memory does not grow with their number. The order is the file system's own
 * within a folder (it is streamed, not sorted), the folders in it coming after its files. Hidden files and
 * folders, links, what is excluded and folders with a `.nomedia` are passed over, except those given by name.
 */
export async function* walkPhotos(sources: Sources): AsyncGenerator<Found> {
  const look = (file: FoundFile) => lookAt(file, sources);
  let files: FoundFile[] = [];
  for await (const entry of walkEntries(sources)) {
    if (entry.kind !== 'file') yield entry;
    else if (files.push(entry) === LOOKS_AT_ONCE) {
      yield* await Promise.all(files.map(look));
      files = [];
    }
  }
  yield* await Promise.all(files.map(look));
}

/** How many files a walk will take, by name alone; counted beside the import, for the time that is left. */
export async function countPhotos(sources: Sources, signal: AbortSignal): Promise<number> {
  const { kinds = PHOTOS_ALONE } = sources;
  let count = 0;
  for await (const entry of walkEntries(sources)) {
    if (signal.aborted) break;
    if (entry.kind === 'file' && (entry.given || isNamed(entry.path, kinds))) count++;
  }
  return count;
}

async function* walkEntries({ root, given, exclude }: Sources): AsyncGenerator<Entry> {
  const excludes = excludeBy(exclude);
  for (const entry of given) {
    const stats = await stat(entry).catch(() => undefined);
    const photoPath = path.relative(root, entry).split(path.sep).join('/');
    if (stats?.isDirectory() || entry === root) yield* walkFolder(entry, photoPath, excludes);
    // A pipe waits for its writer, a device may have no end.
    else if (stats?.isFile() === false) yield { kind: 'passed', path: photoPath, reason: 'special' };
    else yield { kind: 'file', path: photoPath, location: entry, given: true };
  }
}

/** One folder is open at a time, however deep they lie: a process may have some hundreds of files open, and no more. */
async function* walkFolder(top: Location, topPath: string, excludes: Exclusion): AsyncGenerator<Entry> {
  const waiting: FoundFolder[] = [{ path: topPath, location: top }];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const inside: FoundFolder[] = [];
    try {
      for await (const entry of await openFolder(folder.location)) {
        const location = joinLocation(folder.location, entry.name);
        const entryPath = path.posix.join(folder.path, toPathPart(entry.name));
        const passed = await passedReason(entry, location, entryPath, excludes);
        if (passed !== undefined) yield { kind: 'passed', path: entryPath, reason: passed };
        else if (entry.isDirectory()) inside.push({ path: entryPath, location });
        else yield { kind: 'file', path: entryPath, location, given: false };
      }
      yield { kind: 'folder', path: folder.path };
    } catch (cause) {
      yield unreadable(folder.path, true, cause);
    }
    for (const next of inside.reverse()) waiting.push(next);
  }
}

/** Names as bytes, since not each is UTF-8. The types know of strings only. */
function openFolder(folder: Location): Promise<AsyncIterable<Dirent<Buffer>>> {
  const options = { encoding: 'buffer' } as unknown as OpenDirOptions;
  return opendir(folder, options) as unknown as Promise<AsyncIterable<Dirent<Buffer>>>;
}

async function passedReason(
  entry: Dirent<Buffer>,
  location: Location,
  entryPath: string,
  excludes: Exclusion,
): Promise<PassedReason | undefined> {
  if (entry.name[0] === '.'.charCodeAt(0)) return 'hidden';
  if (entry.isSymbolicLink()) return 'link';
  if (excludes(entryPath, entry.isDirectory())) return 'excluded';
  if (entry.isDirectory()) return (await hasNoMedia(location)) ? 'excluded' : undefined;
  return entry.isFile() ? undefined : 'special';
}

function hasNoMedia(folder: Location): Promise<boolean> {
  return access(joinLocation(folder, Buffer.from(NO_MEDIA))).then(
    () => true,
    () => false,
  );
}

async function lookAt(
  { path: photoPath, location, given }: FoundFile,
  { kinds = PHOTOS_ALONE, hasFfmpeg = true }: Pick<Sources, 'kinds' | 'hasFfmpeg'>,
): Promise<Found> {
  try {
    const named = MEDIA_KINDS.filter(({ isName }) => isName(photoPath));
    const [first] = named;
    if (!hasFfmpeg && first?.byFfmpeg(photoPath))
      return { kind: 'passed', path: photoPath, reason: 'ffmpeg' };
    const taken = named.filter((kind) => isAmong(kind, kinds));
    if (taken.length === 0 || taken.length < named.length) {
      // A name without an extension, or one of several kinds, does not say what the file is, so that its content has to.
      const looks = taken.length > 0 || given || !ANY_EXTENSION.test(path.posix.basename(photoPath));
      const found = looks ? kindOf(await readHead(location)) : undefined;
      const isTaken = found === undefined ? taken.length > 0 : isAmong(found, kinds);
      if (!isTaken) return { kind: 'passed', path: photoPath, reason: (found ?? first)?.untaken ?? 'other' };
    }
    return { kind: 'photo', file: await statPhoto(photoPath, location) };
  } catch (cause) {
    return unreadable(photoPath, false, cause);
  }
}

function isAmong({ modality }: MediaKind, kinds: readonly MediaKind[]): boolean {
  return kinds.some((kind) => kind.modality === modality);
}

function isNamed(name: string, kinds: readonly MediaKind[]): boolean {
  return kinds.some(({ isName }) => isName(name));
}

/** A file that is there. */
export async function statPhoto(photoPath: string, location: Location): Promise<PhotoFile> {
  const { size, mtimeMs, ino } = await stat(location);
  return { path: photoPath, location, bytes: size, modifiedMs: Math.floor(mtimeMs), inode: String(ino) };
}

function unreadable(at: string, folder: boolean, cause: unknown): Unreadable {
  return { kind: 'unreadable', path: at, folder, reason: reasonOf(cause), cause };
}

/** The folder that a photo's path has, or `top level`. */
export function folderOf(photoPath: string): string {
  const folder = path.posix.dirname(photoPath);
  return folder === '.' ? 'top level' : folder;
}

/** The system's own word for it, such as `EACCES`, without the path. */
export function reasonOf(error: unknown): string {
  if (error instanceof NoFileError) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? String(error) : `the file system answered ${code}`;
}
