import { createHash } from 'node:crypto';

/** SHA-256 of a file's bytes as 64 hexadecimal digits: what a photo is known by, wherever it lies. */
export function hashContent(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A photo's id on the search page: the first half of its content hash, which is short in an address and long enough. */
export function toPhotoId(contentHash: string): string {
  return contentHash.slice(0, 32);
}
