import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';

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
export async function openFile(location: string | Buffer): Promise<FileHandle> {
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
export async function readWholeFile(location: string | Buffer): Promise<Buffer> {
  const file = await openFile(location);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** As `openFile`, blocking: the descriptor, which the caller closes. */
export function openFileSync(location: string): number {
  const descriptor = openSync(location, FLAGS);
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw new NoFileError();
}

/** As `readWholeFile`, blocking. */
export function readWholeFileSync(location: string): Buffer {
  const descriptor = openFileSync(location);
  try {
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
