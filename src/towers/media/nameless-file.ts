import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Linux' folder of files in memory: there and writable also in a container whose root is read-only. */
const IN_MEMORY = '/dev/shm';

/**
 * The bytes as an open file without a name: a program that is given it can move about in it, as the index of many videos stands at
 * their end, and nothing is left of it, however this process ends. The caller closes it.
 * @throws Error of the system, if neither the folder for temporary files nor the one in memory can be written.
 */
export async function namelessFile(bytes: Uint8Array): Promise<FileHandle> {
  const name = `handspring-${randomUUID()}`;
  const file = await openIn(tmpdir(), name).catch((error: unknown) =>
    openIn(IN_MEMORY, name).catch(() => Promise.reject(error as Error)),
  );
  try {
    await file.writeFile(bytes);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openIn(folder: string, name: string): Promise<FileHandle> {
  const file = await open(path.join(folder, name), 'wx+', 0o600);
  await rm(path.join(folder, name));
  return file;
}
