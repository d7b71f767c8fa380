import { createHash } from 'node:crypto';

/** What is kept of an item: its vector, and whether the text behind it was cut. */
export interface CachedVector {
  readonly vector: Float32Array;
  readonly truncated: boolean;
}

export interface CacheEvents {
  onHit?(): void;
  onMiss?(): void;
  onBytes?(bytes: number): void;
}

/** What one entry costs beside its numbers: the key, the map's entry and the objects, rounded up. */
const ENTRY_OVERHEAD_BYTES = 200;

/**
 * Vectors by the content of their item, the least recently used dropped first, within a number of bytes. The same item
 * asked for while it is being computed is computed once. One cache serves one model with one setting: keys do not name it.
 */
export class VectorCache {
  private readonly entries = new Map<string, CachedVector>();
  private readonly underWay = new Map<string, Promise<CachedVector>>();
  private bytes = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly events: CacheEvents = {},
  ) {}

  /**
   * The vector of an item from memory, from a computation under way, or else computed. A failure is not kept: whoever
   * waited for it fails alike, and the next one computes again.
   * @param kind Keeps a text apart from an image of the same bytes.
   */
  async get(
    kind: 'image' | 'text',
    content: Uint8Array | string,
    compute: () => Promise<CachedVector>,
  ): Promise<CachedVector> {
    const key = createHash('sha256').update(kind).update(content).digest('base64');
    const kept = this.entries.get(key);
    if (kept) {
      this.events.onHit?.();
      this.entries.delete(key); // to the end of the map: the most recently used
      this.entries.set(key, kept);
      return kept;
    }
    const running = this.underWay.get(key);
    if (running) {
      this.events.onHit?.();
      return running;
    }
    this.events.onMiss?.();
    const computing = compute().finally(() => this.underWay.delete(key));
    this.underWay.set(key, computing);
    const computed = await computing;
    this.keep(key, computed);
    return computed;
  }

  private keep(key: string, entry: CachedVector): void {
    const size = sizeOf(entry);
    if (size > this.maxBytes) return;
    this.entries.set(key, entry);
    this.bytes += size;
    for (const [oldest, dropped] of this.entries) {
      if (this.bytes <= this.maxBytes) break;
      this.entries.delete(oldest);
      this.bytes -= sizeOf(dropped);
    }
    this.events.onBytes?.(this.bytes);
  }
}

function sizeOf({ vector }: CachedVector): number {
  return vector.byteLength + ENTRY_OVERHEAD_BYTES;
}
