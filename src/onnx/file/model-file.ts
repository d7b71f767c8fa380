import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** What a file is, for a card: two files with the same fingerprint are the same. */
export interface Fingerprint {
  readonly sha256: string;
  readonly bytes: number;
}

export async function fingerprintOf(path: string): Promise<Fingerprint> {
  const hash = createHash('sha256');
  const stream = createReadStream(path);
  await pipeline(stream, hash);
  return { sha256: hash.digest('hex'), bytes: stream.bytesRead };
}

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
