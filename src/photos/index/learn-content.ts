import type { Embedder } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import { readPhotoFacts } from '../facts.js';
import type { PhotoFacts } from '../facts.js';
import { photoFormat } from '../format.js';
import { embedWhenFree } from './embed-when-free.js';
import type { ContentCache } from './photo-cache.js';

/** What is to be known of a photo's content. */
export interface Learnt {
  readonly vector: Float32Array;
  readonly facts: PhotoFacts;
  readonly mediaType: string;
}

export interface LearnOptions {
  readonly embedder: Embedder;
  readonly known: ContentCache | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the cache knows of a content, else what the model makes of it, which the cache then knows.
 * @param read Gives the bytes; called only where they are needed.
 * @throws HandspringError if the model refuses it; an `invalid_image` is known to the cache too.
 */
export async function learnContent(
  contentHash: string,
  read: () => Promise<Uint8Array>,
  { embedder, known, signal }: LearnOptions,
): Promise<Learnt> {
  const found = known?.find(contentHash);
  if (found !== undefined && 'refused' in found) {
    const { refused, reason } = found;
    throw new HandspringError('invalid_image', refused, reason === undefined ? {} : { reason });
  }
  if (found?.facts !== undefined) return found;
  try {
    const bytes = await read();
    const vector = found?.vector ?? (await embedWhenFree(embedder, bytes, signal ? { signal } : {}));
    const { mediaType } = photoFormat(bytes);
    const learnt = { vector, facts: await readPhotoFacts(bytes), mediaType };
    known?.note(contentHash, learnt);
    return learnt;
  } catch (error) {
    if (error instanceof HandspringError && error.code === 'invalid_image') {
      const { message: refused, reason } = error;
      known?.note(contentHash, { refused, ...(reason !== undefined && { reason }) });
    }
    throw error;
  }
}
