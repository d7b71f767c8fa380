import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { Location } from './location.js';

/** Not on Windows. Without it, opening a pipe waits for whoever writes into it. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** A name that stands for no file but a folder, a pipe, or a device, whose content may have no end. */
export class NoFileError extends Error {
  override readonly name = 'NoFileError';

  constructor() {
    super('expected a file, received a folder, a pipe or a device');
  }
}

/**
 * A file, opened for reading; the caller closes it. What was a file when it was listed may be something else by now.
 * @throws NoFileError for anything but a file; the system's errors as they are.
 */
export async function openFile(location: Location): Promise<FileHandle> {
  const file = await open(location, FLAGS);
  try {
    if (!(await file.stat()).isFile()) throw new NoFileError();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * The whole content of a file.
 * @throws As `openFile`.
 */
export async function readWholeFile(location: Location): Promise<Buffer> {
  const file = await openFile(location);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}
