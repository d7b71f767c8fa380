import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Lets `write` make a file in a folder of its own, and others beside it, lets `check` judge it, and moves them all to where
 * `file` is to be only if it is to be kept; the file itself last. Otherwise, and if anything throws, nothing is left behind and
 * what was there before is still there.
 */
export async function writeChecked<Result extends { readonly kept: boolean }>(
  file: string,
  write: (part: string) => Promise<void>,
  check: (part: string) => Promise<Result>,
): Promise<Result> {
  const { dir: folder, base: name } = path.parse(file);
  const parts = `${file}.${randomUUID()}.part`;
  await mkdir(parts);
  try {
    const part = path.join(parts, name);
    await write(part);
    const result = await check(part);
    if (!result.kept) return result;
    const beside = (await readdir(parts)).filter((other) => other !== name);
    for (const one of [...beside, name]) await rename(path.join(parts, one), path.join(folder, one));
    return result;
  } finally {
    await rm(parts, { recursive: true, force: true });
  }
}

/** Writes the chunks one after the other, and returns when they are on the disk. */
export async function writeChunks(file: string, chunks: readonly Uint8Array[]): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    for (const chunk of chunks) await handle.writeFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
