import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { looksSame } from './compare.js';
import { hashContent } from '../identity.js';
import { toObjectId } from '../weaviate/object-id.js';
import { BEFORE_ALL } from './target.js';
import type { StoredPhoto, Target } from './target.js';
import type { Sources } from '../sources.js';

type Stored = Omit<StoredPhoto, 'whole'>;

/**
 * The objects whose file is gone, or has other content by now, among those that the sources cover: all of them for a
 * folder that is its own root, else those below the folders and files given. What cannot be told is kept, and so are
 * objects without a path, which this import has not made.
 */
export async function* findGone(
  sources: Sources,
  page: Target['page'],
  signal: AbortSignal,
): AsyncGenerator<Stored> {
  for (let after = BEFORE_ALL; ;) {
    const objects = await page(after);
    for (const stored of objects) {
      if (signal.aborted) return;
      const location = path.resolve(sources.root, stored.path);
      if (stored.path !== '' && isCovered(location, sources) && (await isGone(stored, location)))
        yield stored;
    }
    const last = objects.at(-1);
    if (!last) return;
    after = last.id;
  }
}

function isCovered(location: string, { given }: Sources): boolean {
  return given.some((entry) => location === entry || location.startsWith(path.join(entry, path.sep)));
}

async function isGone(stored: Stored, location: string): Promise<boolean> {
  try {
    const stats = await lstat(location);
    if (!stats.isFile()) return true;
    if (looksSame({ bytes: stats.size, modifiedMs: Math.floor(stats.mtimeMs) }, stored)) return false;
    return toObjectId(hashContent(await readFile(location)), stored.path) !== stored.id;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR';
  }
}
