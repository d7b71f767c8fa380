import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbedOptions, Embedder } from '../../core/embedder.js';
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
export async function embedPatiently(
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
export async function embedImage(
  embedder: Embedder,
  image: Uint8Array,
  options: EmbedOptions,
): Promise<Float32Array> {
  const { imageVectors } = await embedder
    .embed({ texts: [], images: [image] }, options)
    .catch((error: unknown) => {
      throw error instanceof HandspringError ? withoutNumber(error) : error;
    });
  const [vector] = imageVectors;
  if (vector === undefined || imageVectors.length !== 1) {
    throw new HandspringError('encoder_failed', `images: expected 1 vector, received ${imageVectors.length}`);
  }
  return vector;
}

/** The engine names the image by its place in the request; here there is only one, and the reader made no list. */
function withoutNumber(error: HandspringError): HandspringError {
  const { code, message, reason, retryAfterSeconds } = error;
  return new HandspringError(code, message.replace(/^images\[0\]: /, 'image: '), {
    cause: error,
    ...(reason !== undefined && { reason }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}
