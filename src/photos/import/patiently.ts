import { readFailure } from '../weaviate/failure.js';
import type { Backoff } from './backoff.js';

/** The import cannot go on: nobody answers any more, the answer is that we may not, or it was interrupted meanwhile. */
export class ImportStopped extends Error {
  override readonly name = 'ImportStopped';
}

/**
 * Does `work`, again and again while it is refused for the moment or nobody answers.
 * @throws ImportStopped when there is no point in going on, or on the signal; other errors as they are.
 */
export async function patiently<T>(work: () => Promise<T>, backoff: Backoff, stop: AbortSignal): Promise<T> {
  for (let refusals = 1; ; refusals++) {
    try {
      const result = await work();
      backoff.succeeded();
      return result;
    } catch (error) {
      const { kind, reason } = readFailure(error);
      if (kind === 'denied') throw new ImportStopped(reason, { cause: error });
      if (kind !== 'busy' && kind !== 'down') throw error;
      if (stop.aborted || backoff.isExhausted) throw new ImportStopped(reason, { cause: error });
      await backoff.afterRefusal(refusals, stop, reason);
    }
  }
}
