import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a small file in one step, its folder first if there is none: a reader sees what was there before or all of it, and
 * of two writers the later one. Nothing is written through a link. What a process that was ended leaves behind ends in `.part`.
 * @throws Error of the system if it cannot be written; nothing is left behind then.
 */
export async function writeAtOnce(file: string, content: string): Promise<void> {
  const part = `${file}.${randomUUID()}.part`;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await writeFile(part, content, { flag: 'wx' });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
