import type { Embedder } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import type { Asked } from './asked.js';
import type { Done } from './done.js';
import type { ErrorsFile } from './errors-file.js';
import { inOrder } from './in-order.js';
import type { Room } from './in-order.js';
import type { Output } from './outputs/output.js';
import type { EmbedRequest } from './request.js';

/** Enough for batches to fill, and little enough of large files. */
const ROOM: Room = { requests: 64, bytes: 128 * 2 ** 20 };

export interface EmbedAllOptions {
  readonly requests: Asked['requests'];
  readonly embedder: Embedder;
  readonly output: Output;
  readonly errors: ErrorsFile;
  /** What needs not be done again. */
  readonly done: Done;
  /** Told of each failure, where the output has no answer for it. */
  readonly onFailure: (message: string) => void;
  readonly onProgress: () => void;
  /** Counted up as it goes. */
  readonly counts: Counts;
  /** Ends it after what is written. */
  readonly stop: AbortSignal;
}

export interface Counts {
  embedded: number;
  failed: number;
}

type Outcome = { readonly request: EmbedRequest } & (
  { readonly vector: Float32Array } | { readonly error: { readonly code: string; readonly message: string } }
);

/**
 * A vector for each request, in their order; what fails, fails by itself.
 * @throws Error of the output, or of what the requests are read from.
 */
export async function embedAll(options: EmbedAllOptions): Promise<void> {
  const { requests, done, embedder, stop, onProgress, counts } = options;
  const work = (request: EmbedRequest) => embedOne(request, embedder);
  for await (const outcome of inOrder(withoutDone(requests, done), ROOM, work, stop)) {
    await give(outcome, options);
    counts['vector' in outcome ? 'embedded' : 'failed']++;
    onProgress();
  }
}

async function* withoutDone(requests: Asked['requests'], done: Done): AsyncGenerator<EmbedRequest> {
  for await (const request of requests) if (!done.has(request.named)) yield request;
}

async function embedOne(request: EmbedRequest, embedder: Embedder): Promise<Outcome> {
  try {
    const { vectors } = await embedder.embed([await request.load()], { bulk: true });
    return { request, vector: vectors[0]! };
  } catch (error) {
    const { message } = error as Error;
    return {
      request,
      error: { code: error instanceof HandspringError ? error.code : 'unreadable', message },
    };
  }
}

async function give(
  outcome: Outcome,
  { output, errors, onFailure }: Pick<EmbedAllOptions, 'output' | 'errors' | 'onFailure'>,
): Promise<void> {
  const { named, name } = outcome.request;
  if ('vector' in outcome) return output.vector(named, outcome.vector);
  const { code, message } = outcome.error;
  await errors.add(named, outcome.error);
  if (output.failure) await output.failure(named, { error: message, code });
  else onFailure(message.startsWith(name) ? message : `${name}: ${message}`);
}
