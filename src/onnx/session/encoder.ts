import type { Modality } from '../../core/modality.js';

/** What an encoder takes: one image as `[3, S, S]` float32, or one text as `[L]` token ids. */
export type Row = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** What a loaded tower is, as told by its own file. */
export interface TowerFacts {
  readonly modality: Modality;
  /** Length of the vectors. */
  readonly dimensions: number;
  readonly loadMs: number;
  readonly warmUpMs: number;
}

export interface EncodedBatch {
  /** One vector per row, in the order of the rows; `undefined` where the model gave a number that is not finite. */
  readonly vectors: readonly (Float32Array | undefined)[];
  /** Time inside the model, in milliseconds. */
  readonly encodeMs: number;
}

/** One tower of a model: batches of rows in, one vector per row out. One batch at a time. */
export interface Encoder {
  /**
   * The vectors of a batch. The rows' buffers are given away: they are empty afterwards.
   * @throws HandspringError `encoder_failed` if the batch could not be run; `not_ready` while the tower is being loaded.
   */
  encode(rows: readonly Row[]): Promise<EncodedBatch>;
  close(): Promise<void>;
}
