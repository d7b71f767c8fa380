import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { isPrepared } from './embedder.js';
import type { Content } from './embedder.js';
import type { Embedding } from './tower.js';
import { untilAborted } from './until-aborted.js';

export interface CacheEvents {
  onHit?(): void;
  onMiss?(): void;
  onBytes?(bytes: number): void;
}

/** An item that is being computed, for all who wait for it. */
interface UnderWay {
  readonly embedding: Promise<Embedding>;
  readonly controller: AbortController;
  waiters: number;
}

/** What one entry costs beside its numbers: the key, the map's entry and the objects, rounded up. */
const ENTRY_OVERHEAD_BYTES = 200;

/**
 * Vectors by the content of their item, the least recently used dropped first, within a number of bytes. The same item
 * asked for while it is being computed is computed once. One cache serves one model with one setting: keys do not name it.
 */
export class VectorCache {
  readonly #maxBytes: number;
  readonly #events: CacheEvents;
  readonly #entries = new Map<string, Embedding>();
  readonly #underWay = new Map<string, UnderWay>();
  #bytes = 0;

  constructor(maxBytes: number, events: CacheEvents = {}) {
    this.#maxBytes = maxBytes;
    this.#events = events;
  }

  /**
   * The vector of an item from memory, from a computation under way, or else computed. A failure is not kept: whoever
   * waited for it fails alike, and the next one computes again.
   * @param kind Keeps a text apart from an image of the same bytes.
   * @param signal Aborted when this caller has gone. The computation goes on for the others, and is given up when the last
   * of them has gone.
   * @throws What `compute` throws; the signal's reason.
   */
  async get(
    kind: string,
    content: Content,
    signal: AbortSignal,
    compute: (signal: AbortSignal) => Promise<Embedding>,
  ): Promise<Embedding> {
    const key = keyOf(kind, content);
    const kept = this.#entries.get(key);
    if (kept) {
      this.#events.onHit?.();
      this.#entries.delete(key); // to the end of the map: the most recently used
      this.#entries.set(key, kept);
      return kept;
    }
    const running = this.#underWay.get(key);
    if (running) this.#events.onHit?.();
    else this.#events.onMiss?.();
    return this.#waitFor(key, running ?? this.#start(key, compute), signal);
  }

  #start(key: string, compute: (signal: AbortSignal) => Promise<Embedding>): UnderWay {
    const controller = new AbortController();
    setMaxListeners(0, controller.signal); // one for every row of the item that waits
    const embedding = compute(controller.signal).then((computed) => {
      this.#keep(key, computed);
      return computed;
    });
    const work: UnderWay = { embedding, controller, waiters: 0 };
    this.#underWay.set(key, work);
    const over = () => {
      if (this.#underWay.get(key) === work) this.#underWay.delete(key);
    };
    embedding.then(over, over);
    return work;
  }

  async #waitFor(key: string, work: UnderWay, signal: AbortSignal): Promise<Embedding> {
    work.waiters++;
    try {
      return await untilAborted(work.embedding, signal);
    } finally {
      work.waiters--;
      if (work.waiters === 0 && signal.aborted) {
        // Whoever asks for it now begins anew: this computation will fail.
        if (this.#underWay.get(key) === work) this.#underWay.delete(key);
        work.controller.abort(signal.reason);
      }
    }
  }

  #keep(key: string, entry: Embedding): void {
    const size = sizeOf(entry);
    if (size > this.#maxBytes) return;
    this.#entries.set(key, entry);
    this.#bytes += size;
    for (const [oldest, dropped] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#entries.delete(oldest);
      this.#bytes -= sizeOf(dropped);
    }
    this.#events.onBytes?.(this.#bytes);
  }
}

/** Numbers of one shape are no file of the same bytes, nor numbers of another shape. */
function keyOf(kind: string, content: Content): string {
  const hash = createHash('sha256').update(kind);
  if (!isPrepared(content)) return hash.update('\0').update(content).digest('base64');
  const { shape, values } = content;
  return hash
    .update(`, prepared ${shape.join('x')}\0`)
    .update(values)
    .digest('base64');
}

function sizeOf({ vector }: Embedding): number {
  return vector.byteLength + ENTRY_OVERHEAD_BYTES;
}
