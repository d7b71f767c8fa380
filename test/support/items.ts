import { isPending, isPrepared } from '../../src/core/embedder.js';
import type { Content, EmbedResult, Item, PreparedContent } from '../../src/core/embedder.js';

/** Texts as items, named as the contract of multi2vec-clip names them. */
export function textItems(...texts: readonly string[]): Item[] {
  return texts.map((content, at) => ({ modality: 'text', content, name: `texts[${at}]` }));
}

/** Images as items, named likewise. */
export function imageItems(...images: readonly Uint8Array[]): Item[] {
  return images.map((content, at) => ({ modality: 'image', content, name: `images[${at}]` }));
}

/** The result of an embedder whose vectors are these. */
export function embedResult(
  vectors: readonly Float32Array[],
  changes: Partial<EmbedResult> = {},
): EmbedResult {
  return {
    vectors,
    truncated: [],
    tokens: 0,
    timings: { prepareMs: 0, queueMs: 0, encodeMs: 0 },
    ...changes,
  };
}

/** What an item that needs neither loading nor a tower of its own kind is made of. */
export function contentOf({ content }: Item): Exclude<Content, PreparedContent> {
  if (isPending(content) || isPrepared(content)) throw new Error('expected content that is there');
  return content;
}
