import type { Admission } from './admission.js';
import { isPending } from './embedder.js';
import type { Content, EmbedOptions, EmbedResult, Embedder, Item } from './embedder.js';
import { HandspringError } from './errors.js';
import type { Modality } from './modality.js';
import type { Observer } from './observer.js';
import { NO_TIMES, StageClock } from './stage-clock.js';
import type { StageTimes } from './stage-clock.js';
import type { Embedding, Tower, TowerOptions } from './tower.js';
import type { VectorCache } from './vector-cache.js';
import type { Caller } from './virtual-clock.js';
import { WorkSignal } from './work-signal.js';

export interface EngineParts {
  /** Those that are loaded: asking for another is refused. */
  readonly towers: readonly Tower[];
  readonly admission: Admission;
  /** Permits that a row of a tower takes, by modality: more than 1 where it keeps the machine longer. Absent: 1. */
  readonly permitsPerRow?: ReadonlyMap<Modality, number>;
  readonly deadlineMs: number;
  /** Vectors of items seen before, if they are to be kept. */
  readonly cache?: VectorCache | undefined;
  readonly observer?: Observer;
}

/** What all items of one request share. */
interface Work {
  readonly urgent: boolean;
  readonly caller: Caller | undefined;
  readonly whole: boolean;
  readonly signal: AbortSignal;
  readonly onFailure: (times: Partial<StageTimes>) => void;
}

interface Embedded extends Embedding {
  readonly times: StageTimes;
}

/**
 * The way of one request: permits for all its items or a refusal, then each item to the tower of its modality. If one
 * item fails, the others that still wait are dropped and the first item's error is the request's.
 */
export class Engine implements Embedder {
  readonly #parts: EngineParts;
  readonly #towers: ReadonlyMap<Modality, Tower>;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#towers = new Map(parts.towers.map((tower) => [tower.modality, tower]));
  }

  /**
   * One vector per item, in the order asked for.
   * @throws HandspringError that names the item which failed first; `overloaded` at once where there are no permits for all
   * of them; `deadline`; the signal's reason.
   */
  async embed(items: readonly Item[], options: EmbedOptions = {}): Promise<EmbedResult> {
    if (items.length === 0) return { vectors: [], truncated: [], tokens: 0, timings: NO_TIMES };
    const towers = items.map((item) => this.#towerOf(item));
    const release = await this.#admit(items, towers, options);
    const signal = new WorkSignal(this.#parts.deadlineMs, options.signal);
    let failedAfter: Partial<StageTimes> | undefined;
    const work: Work = {
      urgent: items.length === 1 && options.bulk !== true,
      caller: options.caller,
      whole: options.whole === true,
      signal: signal.signal,
      onFailure: (times) => (failedAfter ??= times),
    };
    try {
      const embedded = await Promise.all(items.map((item, at) => this.#item(item, at, towers[at]!, work)));
      return toResult(embedded);
    } catch (error) {
      signal.abort(error);
      options.onFailure?.(failedAfter ?? {});
      throw this.#failureOf(signal, error);
    } finally {
      signal.dispose();
      release();
    }
  }

  #towerOf(item: Item): Tower {
    const tower = this.#towers.get(item.modality);
    if (tower) return tower;
    const { modality } = item;
    const field = item.name?.replace(/\[\d+\]$/, '') ?? modality;
    throw new HandspringError(
      'invalid_request',
      `${field}: expected none, this service was started without the ${modality} tower (MODALITIES)`,
    );
  }

  /** @throws HandspringError `overloaded`; where it waits, the signal's reason. */
  async #admit(
    items: readonly Item[],
    towers: readonly Tower[],
    { waits = false, signal }: EmbedOptions,
  ): Promise<() => void> {
    const { admission, permitsPerRow, observer } = this.#parts;
    const costs = items.map((item, at) => {
      return costOf(item, towers[at]!) * (permitsPerRow?.get(item.modality) ?? 1);
    });
    const permits = costs.reduce((sum, cost) => sum + cost, 0);
    const release = waits
      ? await admission.acquireInTurn(permits, signal)
      : admission.acquire(permits, permits === items.length ? undefined : items.length);
    observer?.onAdmitted?.(admission.inUse);
    return () => {
      release();
      observer?.onAdmitted?.(admission.inUse);
    };
  }

  /** Names the item in its error, and tells of it. */
  async #item(item: Item, index: number, tower: Tower, work: Work): Promise<Embedded> {
    const { observer } = this.#parts;
    const { modality } = tower;
    const clock = new StageClock();
    const started = performance.now();
    try {
      const embedding = await this.#embed(item, tower, clock, work);
      const times = { ...NO_TIMES, ...clock.times() };
      observer?.onItem?.(modality, times, performance.now() - started);
      return { ...embedding, times };
    } catch (error) {
      work.onFailure(clock.times());
      if (!(error instanceof HandspringError)) throw error;
      if (error.reason !== undefined) observer?.onRefused?.(modality, error.reason);
      throw error.about(item.name ?? `${modality}[${index}]`, index);
    }
  }

  /** What has to be loaded first gives back what it holds once it is prepared. */
  async #embed({ content, prompt }: Item, tower: Tower, clock: StageClock, work: Work): Promise<Embedding> {
    if (!isPending(content))
      return this.#embedContent({ content, prompt }, tower, work, (stage) => clock.enter(stage));
    clock.enter('prepareMs');
    const loaded = await content.load(work);
    try {
      return await this.#embedContent({ content: loaded.content, prompt }, tower, work, (stage) => {
        if (stage !== 'prepareMs') loaded.release();
        clock.enter(stage);
      });
    } finally {
      loaded.release();
    }
  }

  /** From the cache if there is one; what is computed for it is others' too, and goes on while one of them waits. */
  #embedContent(
    { content, prompt }: { readonly content: Content; readonly prompt: string | undefined },
    tower: Tower,
    { urgent, caller, whole, signal }: Work,
    enter: TowerOptions['enter'],
  ): Promise<Embedding> {
    const { cache, observer } = this.#parts;
    const compute = async (signal: AbortSignal) => {
      const embedding = await tower.embed(content, { urgent, caller, whole, prompt, signal, enter });
      if (embedding.truncated) observer?.onTruncated?.(tower.modality);
      return embedding;
    };
    // What was cut for another caller is no answer to one who wants it whole.
    const kind = whole ? `${tower.modality}, whole` : tower.modality;
    const after = prompt === undefined ? '' : `, after ${JSON.stringify(prompt)}`;
    return cache ? cache.get(kind + after, content, signal, compute) : compute(signal);
  }

  /** What callers hear of work that failed. */
  #failureOf(work: WorkSignal, error: unknown): unknown {
    if (!work.isLate || error instanceof HandspringError) return error;
    return new HandspringError('deadline', `not done within DEADLINE=${this.#parts.deadlineMs} ms`, {
      limit: 'DEADLINE',
      retryAfterSeconds: 1,
    });
  }
}

/** What is not there yet counts as an ordinary item. */
function costOf({ content }: Item, tower: Tower): number {
  return isPending(content) ? 1 : tower.cost(content);
}

function toResult(embedded: readonly Embedded[]): EmbedResult {
  const slowest = (stage: keyof StageTimes) => Math.max(...embedded.map(({ times }) => times[stage]));
  return {
    vectors: embedded.map(({ vector }) => vector),
    truncated: embedded.flatMap(({ truncated }, index) => (truncated ? [index] : [])),
    tokens: embedded.reduce((sum, { tokens }) => sum + tokens, 0),
    timings: {
      prepareMs: slowest('prepareMs'),
      queueMs: slowest('queueMs'),
      encodeMs: slowest('encodeMs'),
    },
  };
}
