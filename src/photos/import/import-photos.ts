import type { Backoff } from './backoff.js';
import { BatchBuilder } from './batches.js';
import type { BatchLimits } from './batches.js';
import type { Captions } from '../captions/captions.js';
import type { MediaTools } from '../media/kind.js';
import { PHOTOS_ALONE } from '../media/kinds.js';
import { compare } from './compare.js';
import type { Verdict } from './compare.js';
import { patiently } from './patiently.js';
import type { PassedReason } from '../passed-over.js';
import { findGone } from './prune.js';
import { Sender } from './sender.js';
import type { Tally } from './tally.js';
import type { Photo, StoredPhoto, Target } from './target.js';
import { walkPhotos } from '../walk.js';
import type { Found } from '../walk.js';
import type { Sources } from '../sources.js';

export interface ImportParts {
  readonly sources: Sources;
  /** Absent in a dry run into a collection that is not there yet. */
  readonly target: Target | undefined;
  readonly captions: Pick<Captions, 'of'>;
  /** What reading the facts of sounds takes. */
  readonly tools?: MediaTools;
  readonly batch: BatchLimits;
  /** Most batches under way at once, and so, with the one that gathers, in memory. */
  readonly concurrency: number;
  readonly maxImageBytes: number;
  readonly checksum: boolean;
  /** Look for each object by itself, as after an import that did not come to its end. */
  readonly thorough: boolean;
  readonly prune: boolean;
  readonly dryRun: boolean;
  /** Waits between tries, and gives up. */
  readonly backoff: Backoff;
  /** Aborted to finish what is under way and begin nothing new. */
  readonly stop: AbortSignal;
  /** Counts, changed in place. */
  readonly tally: Tally;
  readonly onProgress: () => void;
  readonly onPassed?: (path: string, reason: PassedReason) => void;
  /** A photo whose caption cannot be read; it is imported all the same. */
  readonly onWithoutCaption?: (path: string, reason: string) => void;
  readonly onFailure: (path: string, reason: string) => void;
}

/** Why nothing was pruned although it was asked for. */
export type PruneRefusal = 'nothing found' | 'folder unreadable';

/**
 * Walks the sources, compares them with what is stored, sends what is new and, if asked for, removes what is gone. Memory
 * is bounded by the batches under way, whatever the number of files.
 * @throws ImportStopped when there is no point in going on.
 */
export async function importPhotos(parts: ImportParts): Promise<PruneRefusal | undefined> {
  return new Import(parts).run();
}

class Import {
  readonly #sender: Sender;
  readonly #halt = new AbortController();
  readonly #stop: AbortSignal;
  readonly #underWay = new Set<Promise<void>>();
  #fatal: unknown;
  #folderUnreadable = false;
  #photosFound = 0;
  readonly #parts: ImportParts;

  constructor(parts: ImportParts) {
    this.#parts = parts;
    this.#stop = AbortSignal.any([parts.stop, this.#halt.signal]);
    this.#sender = new Sender({
      target: {
        insert: (photos) => this.#target.insert(photos),
        lookUp: (...args) => this.#target.lookUp(...args),
      },
      remove: (id) => this.#remove(id),
      backoff: parts.backoff,
      concurrency: parts.concurrency,
      events: {
        imported: () => this.#count('imported'),
        failed: ({ file }, reason) => this.#fail(file.path, reason),
        removed: (count) => this.#count('removed', count),
      },
      stop: this.#stop,
    });
  }

  async run(): Promise<PruneRefusal | undefined> {
    await this.#importAll();
    if (!this.#parts.prune || this.#stop.aborted) return undefined;
    if (this.#folderUnreadable) return 'folder unreadable';
    // An empty folder is more often a disk that is not mounted than a wish to remove everything.
    if (this.#photosFound === 0) return 'nothing found';
    await this.#prune();
    return undefined;
  }

  async #importAll(): Promise<void> {
    const batch = new BatchBuilder(this.#parts.batch);
    try {
      for await (const verdict of compare(this.#watch(walkPhotos(this.#parts.sources)), {
        lookUp: (paths) => this.#lookUp(paths),
        captions: this.#parts.captions,
        kinds: this.#parts.sources.kinds ?? PHOTOS_ALONE,
        tools: this.#parts.tools,
        checksum: this.#parts.checksum,
        maxImageBytes: this.#parts.maxImageBytes,
      })) {
        if (this.#stop.aborted) break;
        const full = this.#countOrBatch(verdict, batch);
        if (full) await this.#dispatch(full);
      }
      if (!this.#stop.aborted) await this.#dispatch(batch.take());
    } finally {
      await Promise.all(this.#underWay);
      this.#count('left', batch.take().length);
    }
    if (this.#fatal) throw this.#fatal as Error;
  }

  async *#watch(found: AsyncIterable<Found>): AsyncGenerator<Found> {
    for await (const entry of found) {
      if (entry.kind === 'photo') this.#photosFound++;
      if (entry.kind === 'unreadable' && entry.folder) this.#folderUnreadable = true;
      yield entry;
    }
  }

  /** Counts what needs no sending; gives back a batch that has become full. */
  #countOrBatch(verdict: Verdict, batch: BatchBuilder): Photo[] | undefined {
    if ('withoutCaption' in verdict && verdict.withoutCaption !== undefined) {
      this.#parts.onWithoutCaption?.(verdict.path, verdict.withoutCaption);
    }
    if (verdict.kind === 'passed') this.#passOver(verdict.path, verdict.reason);
    else if (verdict.kind === 'failed') this.#fail(verdict.path, verdict.reason);
    else if (verdict.kind === 'unchanged') this.#count('unchanged');
    else if (!this.#parts.dryRun) return batch.add(verdict.photo);
    else {
      // Pruning counts them too: their files have other content by now.
      if (!this.#parts.prune) this.#count('removed', verdict.photo.replaces.length);
      this.#count('imported');
    }
    return undefined;
  }

  /**
   * Begins to send, as soon as there is room for another batch. Meanwhile the next one gathers, which `forEachAtOnce` would
   * begin with only then.
   */
  async #dispatch(photos: readonly Photo[]): Promise<void> {
    if (photos.length === 0) return;
    while (this.#underWay.size >= this.#parts.concurrency) await Promise.race(this.#underWay);
    if (this.#stop.aborted) return this.#count('left', photos.length);
    const sending: Promise<void> = this.#send(photos).finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  /** Never rejects: what ends the import is kept until the walk has noticed. */
  async #send(photos: readonly Photo[]): Promise<void> {
    try {
      const left = await this.#sender.send(photos);
      this.#count('left', left.length);
    } catch (error) {
      this.#fatal ??= error;
      this.#halt.abort();
    }
  }

  async #prune(): Promise<void> {
    if (!this.#parts.target) return;
    const pages = this.#target.pages((query) => patiently(query, this.#parts.backoff, this.#stop));
    for await (const { id } of findGone(this.#parts.sources, pages, this.#parts.stop)) {
      if (!this.#parts.dryRun) await this.#remove(id);
      this.#count('removed');
    }
  }

  #lookUp(paths: readonly string[]): Promise<StoredPhoto[]> {
    if (!this.#parts.target) return Promise.resolve([]);
    return patiently(() => this.#target.lookUp(paths, this.#parts.thorough), this.#parts.backoff, this.#stop);
  }

  #remove(id: string): Promise<void> {
    return patiently(() => this.#target.remove(id), this.#parts.backoff, this.#parts.stop);
  }

  get #target(): Target {
    if (!this.#parts.target) throw new Error('a dry run sends and removes nothing');
    return this.#parts.target;
  }

  #passOver(path: string, reason: PassedReason): void {
    const { passed } = this.#parts.tally;
    passed[reason] = (passed[reason] ?? 0) + 1;
    this.#parts.onPassed?.(path, reason);
    this.#parts.onProgress();
  }

  #count(what: Exclude<keyof Tally, 'passed'>, by = 1): void {
    this.#parts.tally[what] += by;
    this.#parts.onProgress();
  }

  #fail(path: string, reason: string): void {
    this.#parts.onFailure(path, reason);
    this.#count('failed');
  }
}
