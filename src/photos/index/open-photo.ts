import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { toPhotoId } from '../identity.js';
import { toLocation } from '../location.js';
import { noSuchPhoto } from './no-such-photo.js';

/** Not on Windows. A pipe that has taken a photo's name would wait for a writer. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export interface OpenPhoto {
  readonly handle: FileHandle;
  readonly bytes: number;
}

/**
 * The file of a photo, opened: a link is not followed, and what is in the file has to be what the id stands for. Between
 * the walk that found it and now, anything may have taken its name. The handle is the caller's to close.
 * @throws HandspringError `not_found` if it is another file by now, or none.
 */
export async function openPhoto(
  folder: string,
  { id, name }: { readonly id: string; readonly name: string },
  signal?: AbortSignal,
): Promise<OpenPhoto> {
  signal?.throwIfAborted();
  let handle: FileHandle | undefined;
  try {
    handle = await open(toLocation(folder, name), FLAGS);
    const stat = await handle.stat();
    if (!stat.isFile()) throw new Error('expected a file');
    if (toPhotoId(await hash(handle, signal)) !== id)
      throw new Error('expected the content that the id stands for');
    return { handle, bytes: stat.size };
  } catch (cause) {
    await handle?.close();
    signal?.throwIfAborted();
    throw noSuchPhoto(cause);
  }
}

/** A stream that is given the signal has an error of its own when it is aborted, which nobody may be there to hear. */
async function hash(handle: FileHandle, signal: AbortSignal | undefined): Promise<string> {
  const sha256 = createHash('sha256');
  for await (const chunk of handle.createReadStream({ start: 0, autoClose: false })) {
    signal?.throwIfAborted();
    sha256.update(chunk as Buffer);
  }
  return sha256.digest('hex');
}
