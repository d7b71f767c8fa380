import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * The bytes as an open file without a name: a program that is given it can move about in it, as the index of many videos stands at
 * their end, and nothing is left of it, however this process ends. The caller closes it.
 * @throws Error of the system, if the folder for temporary files cannot be written.
 */
export async function namelessFile(bytes: Uint8Array): Promise<FileHandle> {
  const name = path.join(tmpdir(), `handspring-${randomUUID()}`);
  const file = await open(name, 'wx+', 0o600);
  try {
    await rm(name);
    await file.writeFile(bytes);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
