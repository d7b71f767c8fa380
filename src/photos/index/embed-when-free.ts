import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbedOptions, Embedder, Item } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8000;

export interface Patience {
  readonly signal?: AbortSignal;
  /** Injected in tests. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/**
 * The vector of one image, as unhurried background work: while the engine is `overloaded` or `not_ready` it waits, each
 * time twice as long up to eight seconds (or as long as the engine asks for), and tries again.
 */
export async function embedWhenFree(
  embedder: Embedder,
  image: Uint8Array,
  {
    signal,
    wait = (ms, aborted) => sleep(ms, undefined, { ...(aborted && { signal: aborted }) }),
  }: Patience = {},
): Promise<Float32Array> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    signal?.throwIfAborted();
    try {
      return await embedImage(embedder, image, { bulk: true, ...(signal && { signal }) });
    } catch (error) {
      if (!(error instanceof HandspringError)) throw error;
      if (error.code !== 'overloaded' && error.code !== 'not_ready') throw error;
      const askedMs = (error.retryAfterSeconds ?? 0) * 1000;
      await wait(Math.max(waitMs, askedMs), signal);
    }
  }
}

/** The vector of one image. */
export function embedImage(
  embedder: Embedder,
  image: Uint8Array,
  options: EmbedOptions,
): Promise<Float32Array> {
  return embedOne(embedder, { modality: 'image', content: image, name: 'image' }, options).then(
    ({ vector }) => vector,
  );
}

/** The vector of one item, and whether it was cut. */
export async function embedOne(
  embedder: Embedder,
  item: Item,
  options: EmbedOptions,
): Promise<{ readonly vector: Float32Array; readonly truncated: boolean }> {
  const { vectors, truncated } = await embedder.embed([item], options);
  const [vector] = vectors;
  if (vector === undefined || vectors.length !== 1) {
    throw new HandspringError(
      'encoder_failed',
      `${item.modality}: expected 1 vector, received ${vectors.length}`,
    );
  }
  return { vector, truncated: truncated.length > 0 };
}
