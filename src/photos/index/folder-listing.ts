import type { PassedReason } from '../passed-over.js';
import type { Sources } from '../sources.js';
import { walkPhotos } from '../walk.js';
import type { PhotoFile } from '../walk.js';
import type { RefusedFile } from './store.js';

/** What is not taken for a photo, and why. */
export interface PassedOver {
  readonly path: string;
  readonly reason: PassedReason;
}

export interface FolderListing {
  /** The photos, in the order of their paths. */
  readonly files: readonly PhotoFile[];
  /** The folder itself, as the empty path, and all below it. */
  readonly folders: readonly string[];
  /** Folders and files that could not be opened. */
  readonly unreadable: readonly RefusedFile[];
  readonly passed: readonly PassedOver[];
}

/** All that a walk through `root` finds, at once. Throws when `root` itself cannot be opened, and on the signal. */
export async function listFolder(
  root: string,
  {
    signal,
    ...how
  }: Pick<Sources, 'exclude' | 'kinds' | 'hasFfmpeg'> & { readonly signal?: AbortSignal } = {},
): Promise<FolderListing> {
  const files: PhotoFile[] = [];
  const folders: string[] = [];
  const unreadable: RefusedFile[] = [];
  const passed: PassedOver[] = [];
  for await (const found of walkPhotos({ root, given: [root], ...how })) {
    signal?.throwIfAborted();
    if (found.kind === 'photo') files.push(found.file);
    else if (found.kind === 'passed') passed.push({ path: found.path, reason: found.reason });
    else if (found.kind === 'folder') folders.push(found.path);
    else if (found.path === '') throw found.cause;
    else if (found.folder) unreadable.push({ name: found.path, reason: 'the folder cannot be opened' });
    // A file may go between the listing and the look at it; then it is simply not there.
    else if ((found.cause as NodeJS.ErrnoException).code !== 'ENOENT')
      unreadable.push({ name: found.path, reason: 'the file cannot be opened' });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, folders, unreadable, passed };
}
