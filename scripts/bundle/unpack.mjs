// How the program that one file carries comes to lie on a disk, where Node.js and the system's loader look for it.
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/**
 * Sees to it that all files of a manifest lie in a folder, with the bytes they had when they were packed: each is read through, and
 * one that is missing or differs is put in place in one step. Several processes may do so at once, and what runs from
 * the folder meanwhile keeps what it has opened.
 * @param {string} folder
 * @param {import('./pack.mjs').Manifest} manifest
 * @param {(index: number) => Uint8Array} readPart One part of the archive: the contents of its files one after another.
 * @returns {number} How many files were put in place.
 */
export function unpack(folder, manifest, readPart) {
  const draft = path.join(folder, `.draft-${process.pid}`);
  let count = 0;
  for (const [index, files] of manifest.parts.entries()) {
    if (files.every((file) => isThere(folder, file))) continue;
    const part = readPart(index);
    let at = 0;
    for (const file of files) {
      const content = part.subarray(at, (at += file.size));
      if (isThere(folder, file)) continue;
      if (sha256(content) !== file.sha256)
        throw new Error(
          `${file.path}: expected SHA-256 ${file.sha256}, received ${sha256(content)}; this file is damaged, fetch it anew`,
        );
      put(path.join(folder, file.path), content, draft);
      count++;
    }
  }
  return count;
}

/**
 * @throws Error if libraries cannot be loaded from a file's folder: it lies on a disk that nothing may be run from.
 */
export function checkLoadable(file) {
  try {
    accessSync(file, constants.X_OK);
  } catch (error) {
    throw new Error(
      `CACHE_DIR: expected a folder that libraries can be loaded from, received ${error.message} (mounted noexec?); set CACHE_DIR to another folder`,
      { cause: error },
    );
  }
}

function isThere(folder, { path: name, size, sha256: expected }) {
  try {
    const content = readFileSync(path.join(folder, name));
    return content.length === size && sha256(content) === expected;
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return false;
    throw error;
  }
}

function put(target, content, draft) {
  makeFolder(path.dirname(target));
  try {
    writeFileSync(draft, content, { mode: 0o755 });
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Folder by folder: Node.js 22, told to make all of them, never ends below a folder such as /proc, and does not tell a read-only disk. */
function makeFolder(folder) {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error; // another process made it
  }
}

/** @param {Uint8Array} content */
export function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}
