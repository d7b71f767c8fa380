import type { Batcher } from './batcher.js';
import type { Budget } from './budget.js';
import type { Content } from './embedder.js';
import type { Row } from './encoder.js';
import type { Modality } from './modality.js';
import type { Embedding, Tower, TowerOptions } from './tower.js';
import { joinVectors } from './join-vectors.js';
import type { Join } from './join-vectors.js';

/** An item, ready for an encoder. */
export interface PreparedItem<R extends Row> {
  /** At least one. Each row's buffer is its own: it is given away when it is encoded. */
  readonly rows: readonly R[];
  /** How often each row counts in the item's vector, where not alike: rows that repeat need encoding only once. */
  readonly weights?: readonly number[];
  readonly truncated?: boolean;
  /** 0 where it is left out. */
  readonly tokens?: number;
}

export interface RowTowerParts<R extends Row> {
  readonly modality: Modality;
  /**
   * What an item becomes before it queues, so that a bad one fails its own request and no neighbour's batch.
   * @throws HandspringError that says what is wrong with the content; the signal's reason.
   */
  readonly prepare: (
    content: Content,
    options: Pick<TowerOptions, 'signal' | 'urgent' | 'caller' | 'whole' | 'prompt'>,
  ) => PreparedItem<R> | Promise<PreparedItem<R>>;
  /** Bounds the items that are prepared and not yet in a batch: their rows are what takes memory. Absent: no bound. */
  readonly prepareAhead?: Pick<Budget, 'acquire'>;
  readonly batcher: Pick<Batcher<R>, 'enqueue' | 'waiting' | 'running'>;
  readonly join?: Join;
  /** Rows go to the encoder one by one and behind queries: an item has many, and no query is to wait for more than one. */
  readonly oneByOne?: boolean;
  /** See `Tower`; 1 if absent. */
  readonly cost?: (content: Content) => number;
  /** Gives back what preparing holds. */
  readonly close: () => Promise<void>;
}

/** A tower whose items become rows: prepared, batched, and their vectors joined. */
export class RowTower<R extends Row> implements Tower {
  readonly #parts: RowTowerParts<R>;

  constructor(parts: RowTowerParts<R>) {
    this.#parts = parts;
  }

  get modality(): Modality {
    return this.#parts.modality;
  }

  get waiting(): number {
    return this.#parts.batcher.waiting;
  }

  get running(): number {
    return this.#parts.batcher.running;
  }

  cost(content: Content): number {
    return this.#parts.cost?.(content) ?? 1;
  }

  async embed(content: Content, options: TowerOptions): Promise<Embedding> {
    const { urgent, caller, whole = false, prompt, signal, enter } = options;
    const { prepare, prepareAhead, batcher, join = 'mean', oneByOne = false } = this.#parts;
    enter('prepareMs');
    const release = await prepareAhead?.acquire(this.cost(content), { urgent, caller, signal });
    try {
      const {
        rows,
        weights,
        truncated = false,
        tokens = 0,
      } = await prepare(content, { urgent, caller, whole, prompt, signal });
      enter('queueMs');
      let waiting = rows.length;
      const onStart = () => {
        enter('encodeMs');
        if (--waiting === 0) release?.();
      };
      const asked = { urgent: urgent && !oneByOne, caller, alone: oneByOne, signal, onStart };
      const vectors = await Promise.all(rows.map((row) => batcher.enqueue(row, asked)));
      return { vector: joinVectors(vectors, join, weights), truncated, tokens };
    } finally {
      release?.();
    }
  }

  close(): Promise<void> {
    return this.#parts.close();
  }
}
