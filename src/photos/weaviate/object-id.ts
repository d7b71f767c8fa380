import { generateUuid5 } from 'weaviate-client';

/**
 * The id of a photo's object: UUIDv5 (RFC 9562, DNS namespace) of its content hash followed by its path, so the same file
 * at the same place has the same id in every run, and Python's `generate_uuid5(content_hash, path)` gives it too.
 */
export function toObjectId(contentHash: string, path: string): string {
  return generateUuid5(contentHash, path);
}
