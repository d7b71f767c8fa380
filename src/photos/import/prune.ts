import { lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import { looksSame } from './compare.js';
import { excludeBy } from '../exclude.js';
import { hashContent } from '../identity.js';
import { toLocation } from '../location.js';
import { readWholeFile } from '../../core/regular-file.js';
import { toObjectId } from '../weaviate/object-id.js';
import type { PlacedPhoto } from './target.js';
import type { Sources } from '../sources.js';

/**
 * The objects whose file is gone, or has other content by now, among those that the sources cover: all of them for a
 * folder that is its own root, else those below the folders and files given. What cannot be told is kept, and so are
 * objects without a path, which this import has not made.
 */
export async function* findGone(
  sources: Sources,
  pages: AsyncIterable<readonly PlacedPhoto[]>,
  signal: AbortSignal,
): AsyncGenerator<PlacedPhoto> {
  const covers = coveredBy(sources);
  for await (const objects of pages) {
    for (const stored of objects) {
      if (signal.aborted) return;
      if (covers(stored.path) && (await isGone(stored, sources))) yield stored;
    }
  }
}

/** Whether a path is one that the walk comes by. What is excluded is none of its business, and kept. */
function coveredBy({ root, given, exclude }: Sources): (photoPath: string) => boolean {
  const excludes = excludeBy(exclude);
  return (photoPath) => {
    if (photoPath === '') return false;
    const location = path.resolve(root, photoPath);
    if (given.includes(location)) return true;
    const isBelow = given.some((entry) => location.startsWith(path.join(entry, path.sep)));
    return isBelow && !excludes(photoPath, false);
  };
}

async function isGone(stored: PlacedPhoto, { root, given }: Sources): Promise<boolean> {
  const location = toLocation(root, stored.path);
  try {
    // As the walk does: a link is followed if it is given by name, and nothing anywhere else.
    const look = given.includes(location.toString()) ? stat : lstat;
    const stats = await look(location);
    if (!stats.isFile()) return true;
    if (looksSame({ bytes: stats.size, modifiedMs: Math.floor(stats.mtimeMs) }, stored)) return false;
    return toObjectId(hashContent(await readWholeFile(location)), stored.path) !== stored.id;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR';
  }
}
