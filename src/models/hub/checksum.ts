import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { sha256File } from '../../core/sha256-file.js';

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

/** The checksum of that kind of a file on disk, of so many bytes, in lower-case hexadecimal. */
export function checksumOf(kind: Checksum['kind'], path: string, bytes: number): Promise<string> {
  return kind === 'sha256' ? sha256File(path) : gitBlobOf(path, bytes);
}

/** The SHA-1 of `blob`, the file's length, a zero byte and its content. */
async function gitBlobOf(path: string, bytes: number): Promise<string> {
  const hash = createHash('sha1').update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
