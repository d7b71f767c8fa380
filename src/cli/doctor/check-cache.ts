import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { statIfThere } from '../../core/optional-file.js';
import { namingCacheDir } from '../../models/hub/unwritable.js';
import type { Config } from '../options/config.js';
import type { Finding } from './finding.js';

/** Rights alone do not say whether a disk has room, or is read-only: so much is written there, and taken away again. */
const TRIED_BYTES = 2 ** 20;

/** Whether CACHE_DIR, or where it would be made, can be written: it has to be where int8 or rewritten files are to be made. */
export async function checkCacheDir({
  cacheDir,
  precision,
  optimize,
}: Pick<Config, 'cacheDir' | 'precision' | 'optimize'>): Promise<Finding> {
  try {
    await tryToWrite(await nearestThere(path.resolve(cacheDir)));
    return { state: 'ok', what: `CACHE_DIR ${cacheDir} can be written` };
  } catch (error) {
    const { message } = namingCacheDir(error, 'models') as Error;
    const what = `CACHE_DIR ${cacheDir} cannot be written: ${message.replace(/^CACHE_DIR: /, '')}`;
    if (!optimize && precision !== 'int8') {
      return { state: 'warning', what, advice: 'a model that is not complete there cannot be fetched' };
    }
    // An earlier start may have made all that this one needs.
    const state = (await statIfThere(path.join(cacheDir, 'derived'))) ? 'warning' : 'problem';
    return { state, what, advice: 'set CACHE_DIR to a folder for the files that OPTIMIZE and int8 make' };
  }
}

async function tryToWrite(folder: string): Promise<void> {
  const file = path.join(folder, `.handspring-doctor-${process.pid}`);
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(Buffer.alloc(TRIED_BYTES));
  } finally {
    await handle.close();
    await rm(file, { force: true });
  }
}

/** The folder, or the one above it that there is. */
async function nearestThere(folder: string): Promise<string> {
  const found = await statIfThere(folder);
  if (found === undefined) return nearestThere(path.dirname(folder));
  if (!found.isDirectory()) throw new Error(`${folder} is not a folder`);
  return folder;
}
