import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** What a hub announces of a file: SHA-256 for large files, the hash of its Git blob for small ones. */
export interface Checksum {
  readonly kind: 'sha256' | 'git-blob';
  /** Lower-case hexadecimal. */
  readonly hex: string;
}

/** The checksum in an `x-linked-etag` or `etag` header, or `undefined` if it is neither a SHA-256 nor a SHA-1. */
export function parseChecksum(etag: string | undefined): Checksum | undefined {
  const hex = /^(?:W\/)?"?([0-9a-f]+)"?$/i.exec(etag ?? '')?.[1]?.toLowerCase();
  if (hex?.length === 64) return { kind: 'sha256', hex };
  if (hex?.length === 40) return { kind: 'git-blob', hex };
  return undefined;
}

/** A file's hashes, read once from disk: `gitBlob` is the SHA-1 of `blob`, its length, a zero byte and its content. */
export async function hashFile(path: string, bytes: number): Promise<{ sha256: string; gitBlob: string }> {
  const sha256 = createHash('sha256');
  const gitBlob = createHash('sha1').update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    sha256.update(chunk as Buffer);
    gitBlob.update(chunk as Buffer);
  }
  return { sha256: sha256.digest('hex'), gitBlob: gitBlob.digest('hex') };
}

/** The SHA-256 of a file on disk, in hexadecimal. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
