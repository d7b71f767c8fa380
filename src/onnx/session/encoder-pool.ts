import type { EncodedBatch, Encoder, Row } from './encoder.js';

/**
 * Several encoders of one tower as one: each batch goes to an encoder that is free. The caller sends no more batches at
 * once than there are encoders.
 */
export class EncoderPool implements Encoder {
  private readonly free: Encoder[];

  constructor(private readonly encoders: readonly Encoder[]) {
    this.free = [...encoders];
  }

  /** Batches that may be under way at once. */
  get lanes(): number {
    return this.encoders.length;
  }

  async encode(rows: readonly Row[]): Promise<EncodedBatch> {
    const encoder = this.free.pop();
    if (!encoder) throw new Error(`expected at most ${this.lanes} batches at once, received one more`);
    try {
      return await encoder.encode(rows);
    } finally {
      this.free.push(encoder);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.encoders.map((encoder) => encoder.close()));
  }
}
