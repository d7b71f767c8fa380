import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
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
