import { stat } from 'node:fs/promises';
import { sha256File } from '../../core/sha256-file.js';

/** What a file is, for a card: two files with the same fingerprint are the same. */
export interface Fingerprint {
  readonly sha256: string;
  readonly bytes: number;
}

export async function fingerprintOf(path: string): Promise<Fingerprint> {
  return { sha256: await sha256File(path), bytes: (await stat(path)).size };
}
