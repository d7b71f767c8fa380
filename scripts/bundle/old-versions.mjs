// The folders that programs lie in, one for each version that was ever started, and which of them are of no use any more. Who runs
// from one may be on another machine, or in a container, that has the cache folder in common: so it is told by times of use.
import { readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';

const HOUR_MS = 3_600_000;
/** As long as no process has said that it runs from a folder; that each does every hour. */
const UNUSED_MS = 7 * 24 * HOUR_MS;
/** As `pack.mjs` names them, and those that were being removed when the power went. Whatever else lies there is not ours. */
const NAME = /^(\d[\w.+-]*-[0-9a-f]{16}|\.removed-\d+)$/;

/** Says that the program of a folder is in use: now and, as long as this process runs, every hour. */
export function keepInUse(folder) {
  touch(folder);
  setInterval(touch, HOUR_MS, folder).unref();
}

/**
 * Removes the folders beside `folder` that nothing has run from for a week, as far as this user may.
 * @returns {string[]} Their names.
 */
export function removeUnused(folder, now = Date.now()) {
  const all = path.dirname(folder);
  const unused = namesIn(all)
    .filter((name) => NAME.test(name) && name !== path.basename(folder))
    .filter((name) => now - timeOf(path.join(all, name)) > UNUSED_MS);
  return unused.filter((name) => {
    // In one step: who starts that version now finds nothing of it, and puts all of it in place.
    const removed = path.join(all, `.removed-${process.pid}`);
    try {
      renameSync(path.join(all, name), removed);
      rmSync(removed, { recursive: true, force: true });
      return true;
    } catch {
      return false; // another user's, another process was first, or nothing can be written here
    }
  });
}

function touch(folder) {
  try {
    const now = new Date();
    utimesSync(folder, now, now);
  } catch {
    // A folder that is not written to is not tidied either.
  }
}

function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return []; // one that may be entered and not listed
  }
}

/** When it was last used; never long ago, if it is gone. */
function timeOf(folder) {
  return statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
}
