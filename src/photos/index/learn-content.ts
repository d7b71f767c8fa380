import type { Embedder } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import type { MediaFacts, MediaKind, MediaTools } from '../media/kind.js';
import { formatOf, kindOfFile, PHOTO, refusesContent } from '../media/kinds.js';
import { embedWhenFree } from './embed-when-free.js';
import type { ContentCache } from './photo-cache.js';

/** What is to be known of a file's content. */
export interface Learnt {
  readonly vector: Float32Array;
  readonly facts: MediaFacts;
  readonly mediaType: string;
}

export interface LearnOptions {
  readonly embedder: Embedder;
  readonly known: ContentCache | undefined;
  /** What is taken. */
  readonly kinds: readonly MediaKind[];
  readonly tools: MediaTools | undefined;
  /** The file's, which says what it is meant to be where its content is of no kind. */
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the cache knows of a content, else what the model makes of it, which the cache then knows.
 * @param read Gives the bytes; called only where they are needed.
 * @throws HandspringError if the model refuses it; that it is no photo or sound is known to the cache too.
 */
export async function learnContent(
  contentHash: string,
  read: () => Promise<Uint8Array>,
  { embedder, known, kinds, tools, name, signal }: LearnOptions,
): Promise<Learnt> {
  const found = known?.find(contentHash);
  if (found !== undefined && 'refused' in found) {
    const { refused, reason, code = PHOTO.refusedAs } = found;
    throw new HandspringError(code, refused, reason === undefined ? {} : { reason });
  }
  if (found?.facts !== undefined) return found;
  let kind: MediaKind | undefined;
  let bytes: Uint8Array | undefined;
  try {
    bytes = await read();
    kind = kindOfFile(bytes, name, kinds);
    const item = { modality: kind.modality, content: bytes, name: kind.modality };
    const vector = found?.vector ?? (await embedWhenFree(embedder, item, signal ? { signal } : {}));
    const { mediaType } = formatOf(bytes, kind);
    const learnt = { vector, facts: await kind.readFacts(bytes, tools), mediaType };
    known?.note(contentHash, learnt);
    return learnt;
  } catch (error) {
    const mayNeedFfmpeg = bytes !== undefined && kind?.byFfmpeg(bytes) === true;
    if (error instanceof HandspringError && isLasting(error, mayNeedFfmpeg)) {
      const { message: refused, reason, code } = error;
      known?.note(contentHash, { refused, code, ...(reason !== undefined && { reason }) });
    }
    throw error;
  }
}

/** Whether it would be refused another time too: what is over a limit is not under another one, and an ffmpeg may be installed. */
function isLasting(error: HandspringError, mayNeedFfmpeg: boolean): boolean {
  if (mayNeedFfmpeg && error.reason === 'unsupported') return false;
  return refusesContent(error) && error.limit === undefined;
}
