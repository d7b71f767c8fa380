import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Lets `write` make a file beside `path`, lets `check` judge that file, and gives it its name only if it is to be kept.
 * Otherwise, and if anything throws, nothing is left behind and what was at `path` before is still there.
 */
export async function writeChecked<Result extends { readonly kept: boolean }>(
  path: string,
  write: (part: string) => Promise<void>,
  check: (part: string) => Promise<Result>,
): Promise<Result> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await write(part);
    const result = await check(part);
    if (result.kept) await rename(part, path);
    return result;
  } finally {
    await rm(part, { force: true });
  }
}

/** Writes the chunks one after the other, and returns when they are on the disk. */
export async function writeChunks(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (const chunk of chunks) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}
