import type { Location } from '../location.js';
import { openFile } from '../../core/regular-file.js';

/** A block of most disks: a file-type box with all its brands, which tells AVIF, or what a WebM says of its tracks is seldom longer. */
const HEAD_BYTES = 4096;

/** The beginning of a file, enough to tell its format; all of one that is shorter. */
export async function readHead(location: Location): Promise<Uint8Array> {
  const file = await openFile(location);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
