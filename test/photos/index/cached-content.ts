import { hashContent } from '../../../src/photos/identity.js';
import type { NotedContent } from '../../../src/photos/index/photo-cache.js';

/** The `n`th content that tests note, and the hash that it is noted under. */
export function contentOf(n: number): { hash: string; content: NotedContent } {
  const vector = Float32Array.from({ length: 512 }, (_, at) => Math.sin(n + at));
  const facts = { width: n, height: 7, takenAt: new Date(n) };
  return { hash: hashContent(Buffer.from(`${n}`)), content: { vector, facts, mediaType: 'image/png' } };
}
