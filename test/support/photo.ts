import { hashContent } from '../../src/photos/identity.js';
import { PHOTO } from '../../src/photos/media/kinds.js';
import { toObjectId } from '../../src/photos/weaviate/object-id.js';
import type { Photo } from '../../src/photos/import/target.js';

/** A photo of so many bytes, as the comparison makes them. */
export function photoOf(path: string, bytes = 3, replaces: readonly string[] = []): Photo {
  const content = Buffer.alloc(bytes, path);
  const contentHash = hashContent(content);
  const file = { path, location: `/nowhere/${path}`, bytes, modifiedMs: 0, inode: '0' };
  return { file, id: toObjectId(contentHash, path), contentHash, content, replaces, kind: PHOTO, facts: {} };
}
