import { readFailure } from '../weaviate/failure.js';
import type { Failure } from '../weaviate/failure.js';
import { AdaptiveLimit } from './adaptive-limit.js';
import type { Backoff } from './backoff.js';
import { ImportStopped } from './patiently.js';
import type { Photo, Target } from './target.js';

export interface SenderEvents {
  imported(photo: Photo): void;
  failed(photo: Photo, reason: string): void;
  /** Objects of replaced content were removed. */
  removed(count: number): void;
}

export interface SenderOptions {
  readonly target: Pick<Target, 'insert' | 'lookUp'>;
  /** Removes an object, however long that takes. */
  readonly remove: (id: string) => Promise<void>;
  readonly backoff: Backoff;
  readonly concurrency: number;
  readonly events: SenderEvents;
  /** Aborted when nothing new is to be begun. */
  readonly stop: AbortSignal;
}

interface Waiting {
  readonly photo: Photo;
  /** Failures so far that another try may cure; being refused for the moment is none. */
  readonly tries: number;
}

type Attempt = readonly { readonly waiting: Waiting; readonly failure: Failure | undefined }[];

const MOST_TRIES = 3;
/** A photo that is answered "busy" this often, while others go through, is the reason itself (a deadline, say). */
const MOST_BUSY = 12;

/** Sends batches, tries again what may work later, and reads back what was stored before it counts as imported. */
export class Sender {
  readonly limit: AdaptiveLimit;
  readonly #options: SenderOptions;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.limit = new AdaptiveLimit(options.concurrency);
  }

  /**
   * Sends a batch until each photo is in or has failed for good, or the stop signal comes between two tries.
   * @returns The photos that are neither in nor failed, after a stop.
   * @throws ImportStopped when there is no point in going on.
   */
  async send(photos: readonly Photo[]): Promise<readonly Photo[]> {
    let waiting: readonly Waiting[] = photos.map((photo) => ({ photo, tries: 0 }));
    let reason = '';
    for (let refusals = 0; waiting.length > 0;) {
      if (refusals > 0) await this.#options.backoff.afterRefusal(refusals, this.#options.stop, reason);
      if (this.#options.stop.aborted) return waiting.map(({ photo }) => photo);
      const attempt = await this.#attempt(waiting);
      reason = attempt.find(({ failure }) => failure)?.failure?.reason ?? reason;
      waiting = await this.#finishOrRetry(attempt, refusals);
      refusals++;
    }
    return [];
  }

  /** One try for all, under one place of the limit. */
  async #attempt(waiting: readonly Waiting[]): Promise<Attempt> {
    const ticket = await this.limit.acquire();
    try {
      const attempt = await this.#tryOnce(waiting);
      if (attempt.some(({ failure }) => failure?.kind === 'busy' || failure?.kind === 'down')) {
        this.limit.refused(ticket);
      } else {
        this.limit.succeededOnce();
      }
      return attempt;
    } finally {
      this.limit.release();
    }
  }

  async #tryOnce(waiting: readonly Waiting[]): Promise<Attempt> {
    try {
      const failures = await this.#options.target.insert(waiting.map(({ photo }) => photo));
      const attempt = waiting.map((one, at) => ({ waiting: one, failure: failures[at] }));
      // Approximate indexes miss some objects by their nature: what was stored anew once need not be found by a search.
      const thorough = waiting.every(({ tries }) => tries === 0);
      return await this.#readBack(attempt, thorough);
    } catch (error) {
      const failure = readFailure(error);
      // A refusal of the batch as a whole says nothing about any one photo until each has gone alone.
      if (waiting.length > 1 && (failure.kind === 'refused' || failure.kind === 'unknown')) {
        const alone: Attempt[] = [];
        for (const one of waiting) alone.push(await this.#tryOnce([one]));
        return alone.flat();
      }
      return waiting.map((one) => ({ waiting: one, failure }));
    }
  }

  /** What was stored has to be found again; what is not is removed, so that another try stores it anew. */
  async #readBack(attempt: Attempt, thorough: boolean): Promise<Attempt> {
    const stored = attempt.filter(({ failure }) => !failure).map(({ waiting }) => waiting.photo);
    if (stored.length === 0) return attempt;
    const lost = await this.#findLost(stored, thorough);
    for (const id of lost) await this.#options.remove(id);
    const failure: Failure = { kind: 'unknown', reason: 'Weaviate took it and does not find it again' };
    return attempt.map((one) => (!one.failure && lost.has(one.waiting.photo.id) ? { ...one, failure } : one));
  }

  async #findLost(stored: readonly Photo[], thorough: boolean): Promise<Set<string>> {
    const { target, backoff, stop } = this.#options;
    const lost = new Set(stored.map((photo) => photo.id));
    // Twice, as a replica may be a moment behind.
    for (let look = 1; look <= 2 && lost.size > 0; look++) {
      if (look > 1) await backoff.afterRefusal(1, stop, 'what was stored is not found yet');
      const paths = stored.filter(({ id }) => lost.has(id)).map(({ file }) => file.path);
      for (const found of await target.lookUp(paths, thorough)) if (found.whole) lost.delete(found.id);
    }
    return lost;
  }

  /** Counts what is done with and gives back what is to be tried again. */
  async #finishOrRetry(attempt: Attempt, refusals: number): Promise<readonly Waiting[]> {
    const again: Waiting[] = [];
    for (const { waiting, failure } of attempt) {
      if (!failure) await this.#finish(waiting.photo);
      else if (failure.kind === 'denied') throw new ImportStopped(failure.reason);
      else if (isFinal(failure, waiting, refusals)) await this.#giveUp(waiting.photo, failure);
      else again.push({ ...waiting, tries: waiting.tries + (failure.kind === 'unknown' ? 1 : 0) });
    }
    const held = attempt.find(({ failure }) => failure?.kind === 'busy' || failure?.kind === 'down');
    if (held && this.#options.backoff.isExhausted) throw new ImportStopped(held.failure?.reason);
    return again;
  }

  async #finish(photo: Photo): Promise<void> {
    this.#options.backoff.succeeded();
    await this.#removeReplaced(photo);
    this.#options.events.imported(photo);
  }

  async #giveUp(photo: Photo, { kind, reason }: Failure): Promise<void> {
    // The answer shows that both services are there; and the content that was stored for this path is no longer the file's.
    this.#options.backoff.succeeded();
    if (kind === 'refused') await this.#removeReplaced(photo);
    this.#options.events.failed(photo, reason);
  }

  async #removeReplaced(photo: Photo): Promise<void> {
    for (const id of photo.replaces) await this.#options.remove(id);
    if (photo.replaces.length > 0) this.#options.events.removed(photo.replaces.length);
  }
}

function isFinal({ kind }: Failure, { tries }: Waiting, refusals: number): boolean {
  if (kind === 'refused') return true;
  if (kind === 'busy') return refusals >= MOST_BUSY;
  return kind === 'unknown' && tries + 1 >= MOST_TRIES;
}
