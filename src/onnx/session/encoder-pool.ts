import type { EncodedBatch, Encoder, Row } from '../../core/encoder.js';

/**
 * Several encoders of one file as one: each batch goes to an encoder that is free, or waits for the next that is, first
 * come, first served. So several towers may share the pool without knowing of each other.
 */
export class EncoderPool implements Encoder {
  readonly #encoders: readonly Encoder[];
  readonly #free: Encoder[];
  readonly #waiting: ((encoder: Encoder) => void)[] = [];

  constructor(encoders: readonly Encoder[]) {
    this.#encoders = encoders;
    this.#free = [...encoders];
  }

  get lanes(): number {
    return this.#encoders.length;
  }

  async encode(rows: readonly Row[]): Promise<EncodedBatch> {
    const encoder =
      this.#free.pop() ?? (await new Promise<Encoder>((resolve) => this.#waiting.push(resolve)));
    try {
      return await encoder.encode(rows);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(encoder);
      else this.#free.push(encoder);
    }
  }

  /** Lets go of all of them; to be called by whoever made the pool, once or more often. */
  async close(): Promise<void> {
    await Promise.all(this.#encoders.map((encoder) => encoder.close()));
  }
}
